//! Kundvakt on one machine. `kundvakt --help` says what it can do.

use std::io::{BufRead, BufReader, BufWriter, IsTerminal as _, Write as _, stderr, stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Parser, Subcommand};
use jiff::civil::Date;
use kundvakt::{
    audit, backtest, bench, convert, demo, eval, history, learn, policy, predict, read, register, serve,
    similar, train,
};

#[derive(Parser)]
#[command(version, about = "Kundvakt, early warning for B2B relations, on one machine")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays half a year of customers through the real product and shows who would have been alerted and why
    Demo {
        /// Play this history (event format, JSON lines, plain or gzip) instead of the stories
        #[arg(long)]
        history: Option<PathBuf>,
        /// The history's customers (JSON lines); without it a register is made for the run
        #[arg(long, requires = "history")]
        customers: Option<PathBuf>,
        /// Where the mails go, as .eml files
        #[arg(long, default_value = "target/demo-mails")]
        mail_dir: PathBuf,
        /// Write every change of an alert to this file, JSON lines
        #[arg(long)]
        alerts: Option<PathBuf>,
        /// End after the report instead of serving the console
        #[arg(long)]
        once: bool,
        /// The console's port on 127.0.0.1; any free one where it is taken
        #[arg(long, default_value_t = 8642)]
        port: u16,
        /// How many alerts and customers of a history to explain
        #[arg(long, default_value_t = 5)]
        explain: usize,
    },
    /// Runs the product on this machine and keeps everything in a folder, with the real clock and its schedules
    Serve {
        /// The folder
        #[arg(long)]
        data: PathBuf,
        /// Company and staff, a JSON object; see events/stories/company.json
        #[arg(long)]
        company: Option<PathBuf>,
        /// Customers, JSON lines
        #[arg(long)]
        customers: Option<PathBuf>,
        /// Source instances; `support`, `crm` and `erp` sign like Zendesk, bearer and basic, others like Standard Webhooks
        #[arg(long, value_delimiter = ',', default_value = "events")]
        sources: Vec<String>,
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = 8642)]
        port: u16,
    },
    /// Turns a public data set into a history in the event format, on standard output
    Convert {
        /// Which data set
        #[arg(value_parser = PossibleValuesParser::new(data_sets()).try_map(|name| convert::data_set(&name)))]
        format: convert::DataSet,
        /// Its file, plain or gzip
        file: PathBuf,
    },
    /// Says what a history is good for: what is in it, what is wrong with it, which signals can run, with whom to begin
    Audit {
        /// The history: event format, JSON lines, plain or gzip
        file: PathBuf,
        /// Its customers, JSON lines; without them everybody named by an id is one
        #[arg(long)]
        customers: Option<PathBuf>,
        /// Print one JSON object instead of a text
        #[arg(long)]
        json: bool,
    },
    /// Reads messages: JSON lines {"id","text","lang"?,"subject"?} in, tone, signals and phrases out
    Read {
        /// The file; standard input without one, or a text with --explain
        file: Option<PathBuf>,
        /// Each text is a whole mail body: quoted history and signature are cut off first
        #[arg(long)]
        mail: bool,
        /// Explain this one text for a person instead
        #[arg(long, conflicts_with = "file")]
        explain: Option<String>,
        /// Explain it with the words of this policy (JSON) that hold everywhere
        #[arg(long, requires = "explain")]
        policy: Option<PathBuf>,
    },
    /// Strips mails to what was written last: JSON lines {"id","text"} in and out
    Strip {
        /// The file; standard input without one
        file: Option<PathBuf>,
    },
    /// Measures the product's methods on labelled data
    #[command(subcommand)]
    Eval(Eval),
    /// Fits a model to labelled data
    #[command(subcommand)]
    Train(Train),
    /// Prints which requests of a file are about the same thing, one line of JSON per group: ids and mean similarity
    Similar {
        /// JSON lines with `id` and `text`; `at` and `lang` where known
        file: PathBuf,
    },
    /// Predicts, from a history cut off at each date: who will not order again, which invoices will be paid late; CSV
    Predict {
        /// The history (event format, JSON lines, plain or gzip)
        #[arg(long)]
        history: PathBuf,
        /// The cut-offs: only what had arrived by the end of the day (UTC) influences its rows
        #[arg(long, value_delimiter = ',', required = true)]
        as_of: Vec<Date>,
        /// How many days ahead, for orders
        #[arg(long, default_value_t = 90)]
        horizon_days: i32,
        /// What to predict
        #[arg(long)]
        task: predict::Task,
        /// A history of other customers to fit on; without it the history itself, before each cut-off
        #[arg(long)]
        train: Option<PathBuf>,
        /// Learn only from what ended by this date [default: the earliest cut-off]
        #[arg(long)]
        train_until: Option<Date>,
    },
    /// Replays a history through the product's decisions: what would have been warned of, how early, how often in vain
    Backtest {
        /// Events of the event format, JSON lines, plain or gzip
        #[arg(long)]
        history: PathBuf,
        /// Customers, JSON lines
        #[arg(long)]
        customers: PathBuf,
        /// Company and staff, a JSON object: own mail domains and the time zone (else Europe/Stockholm)
        #[arg(long)]
        company: Option<PathBuf>,
        /// What became of customers: CSV or JSON lines with customer, date, result; else what the history says
        #[arg(long)]
        outcomes: Option<PathBuf>,
        /// The policy, JSON; what it leaves out is as in the defaults
        #[arg(long)]
        policy: Option<PathBuf>,
        /// A second policy to show beside it
        #[arg(long)]
        compare: Option<PathBuf>,
        /// First day to judge; else half a year after the history begins
        #[arg(long)]
        from: Option<Date>,
        /// Last day to judge; else the last of the history
        #[arg(long)]
        to: Option<Date>,
        /// The folder for the results; started again, it goes on where it was interrupted
        #[arg(long)]
        out: PathBuf,
    },
    /// Learns from losses and answers: writes a new version of the policy and what moved, or says why the rules stay
    Learn {
        /// Events of the event format, JSON lines, plain or gzip
        #[arg(long)]
        history: PathBuf,
        /// Customers, JSON lines
        #[arg(long)]
        customers: PathBuf,
        /// Company and staff, a JSON object
        #[arg(long)]
        company: Option<PathBuf>,
        /// What became of customers: CSV or JSON lines with customer, date, result; else what the history says
        #[arg(long)]
        outcomes: Option<PathBuf>,
        /// What people answered to alerts: CSV with customer, date, answer (`relevant` or `false_alarm`)
        #[arg(long)]
        feedback: Option<PathBuf>,
        /// The policy in force, JSON; what it leaves out is as in the defaults
        #[arg(long)]
        policy: Option<PathBuf>,
        /// Learn only from what ended by this day; else the last of the history
        #[arg(long)]
        to: Option<Date>,
        /// The folder for the new policy
        #[arg(long)]
        out: PathBuf,
    },
    /// Measures speed and size; build everything first: `cargo build --release --workspace`
    Bench {
        /// Measure this part only
        #[arg(long)]
        only: Option<bench::Part>,
        /// Print one line of JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Lists, shows, sets and rolls back the policy of a deployed stack, with your own AWS credentials
    Policy {
        /// The stack's output `RegisterTableName`
        #[arg(long)]
        register_table: String,
        /// Who does it, for the list and the audit
        #[arg(long, default_value = "command line")]
        who: String,
        #[command(subcommand)]
        action: policy::Action,
    },
    /// Fills the register of a deployed stack, with your own AWS credentials
    Register {
        /// The stack's output `RegisterTableName`
        #[arg(long)]
        register_table: String,
        /// The stack's output `StatesTableName`
        #[arg(long)]
        states_table: String,
        /// Company and staff, a JSON object; see events/stories/company.json
        #[arg(long)]
        company: Option<PathBuf>,
        /// Staff, JSON lines
        #[arg(long)]
        staff: Option<PathBuf>,
        /// Customers, JSON lines
        #[arg(long)]
        customers: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum Eval {
    /// Tone, signals, reply stripping and similar requests, on a folder of labelled texts
    Tone {
        /// The folder
        folder: PathBuf,
    },
    /// Predictions of orders and late invoices, and changes in message frequency, on a folder of public histories
    Behaviour {
        /// The folder; its `behaviour` holds the files
        folder: PathBuf,
    },
}

#[derive(Subcommand)]
enum Train {
    /// The models beside the lexicon, with every hand left out in turn
    Tone {
        /// The labelled messages
        #[arg(long, default_value = "shared/tone/corpus")]
        corpus: PathBuf,
        /// Write the models here; without it they are only measured
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

fn data_sets() -> impl Iterator<Item = PossibleValue> {
    convert::DATA_SETS.iter().map(|set| PossibleValue::new(set.name).help(set.about))
}

/// As in ingest, which is measured here; and a backtest counts on all cores.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    platform::logs::start_for_people();
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime");
    match runtime.and_then(|runtime| runtime.block_on(run(Arguments::parse_from(arguments()).command))) {
        // Whoever reads our output has seen enough: `kundvakt convert ... | head`.
        Err(error) if !is_broken_pipe(&error) => {
            let _ = writeln!(stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut io = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The command line. `cargo demo -- --once` comes as `kundvakt demo -- --once`: the alias has its own `--` already.
fn arguments() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::args_os().enumerate().filter(|(index, word)| *index != 2 || word != "--").map(|(_, word)| word)
}

/// A file, plain or gzip, else what comes in.
fn input(file: Option<PathBuf>) -> anyhow::Result<Box<dyn BufRead>> {
    match file {
        Some(file) => history::open(&file),
        None => Ok(Box::new(BufReader::new(stdin()))),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo { history, customers, mail_dir, alerts, once, port, explain } => {
            let options = demo::Options { history, customers, mail_dir, alerts, once, port, explain };
            demo::run(&options, &mut stdout()).await
        }
        Command::Serve { data, company, customers, sources, port } => {
            serve::run(&serve::Options { data, company, customers, sources, port }, &mut stdout()).await
        }
        Command::Convert { format, file } => {
            let converted = convert::run(format, &file, &mut BufWriter::new(stdout().lock()))?;
            for note in converted.notes {
                tracing::warn!("{}: {note}", file.display());
            }
            Ok(())
        }
        Command::Audit { file, customers, json } => {
            audit::run(&audit::Options { file, customers, json }, &mut BufWriter::new(stdout().lock()))
        }
        Command::Read { explain: Some(text), mail, policy, .. } => {
            let words = policy.as_deref().map(read::words_of).transpose()?.unwrap_or_default();
            read::explain(&text, mail, &words, stdout().is_terminal(), &mut stdout())
        }
        Command::Read { file, mail, .. } => {
            read::lines(input(file)?, mail, &mut BufWriter::new(stdout().lock()))
        }
        Command::Strip { file } => read::strip(input(file)?, &mut BufWriter::new(stdout().lock())),
        Command::Eval(Eval::Tone { folder }) => eval::tone(&folder, &mut stdout()),
        Command::Eval(Eval::Behaviour { folder }) => eval::behaviour(&folder, &mut stdout()),
        Command::Train(Train::Tone { corpus, out }) => {
            train::run(&train::Options { corpus, out }, &mut stdout())
        }
        Command::Similar { file } => {
            let mut out = BufWriter::new(stdout().lock());
            similar::run(&file, &mut out)?;
            out.flush().context("writing the groups")
        }
        Command::Predict { history, as_of, horizon_days, task, train, train_until } => {
            let options = predict::Options { history, as_of, horizon_days, task, train, train_until };
            predict::run(&options, &mut BufWriter::new(stdout().lock()), &mut stderr())
        }
        Command::Backtest { history, customers, company, outcomes, policy, compare, from, to, out } => {
            let options =
                backtest::Options { history, customers, company, outcomes, policy, compare, from, to, out };
            tokio::task::spawn_blocking(move || backtest::run(&options, &mut stdout())).await?
        }
        Command::Learn { history, customers, company, outcomes, feedback, policy, to, out } => {
            let options = learn::Options { history, customers, company, outcomes, feedback, policy, to, out };
            tokio::task::spawn_blocking(move || learn::run(&options, &mut stdout())).await?
        }
        // It brings runtimes of its own, of one thread each.
        Command::Bench { only, json } => {
            tokio::task::spawn_blocking(move || bench::run(only, json, &mut stdout())).await?
        }
        Command::Policy { register_table, who, action } => {
            let settings = platform::Settings { register_table, ..platform::Settings::default() };
            let platform = register::deployed(settings).await;
            policy::run(&platform, &action, &who, jiff::Timestamp::now(), &mut stdout()).await
        }
        Command::Register { register_table, states_table, company, staff, customers } => {
            let options = register::Options { register_table, states_table, company, staff, customers };
            register::run(&options, &mut stdout()).await
        }
    }
}
