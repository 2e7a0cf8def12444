//! `kundvakt register`: fills the register of a deployed stack, with the caller's own AWS credentials.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use aws_config::BehaviorVersion;
use platform::register::{Customer, Staff};
use platform::{Platform, Settings, register};

use crate::history::{Vendor, read_customers, read_staff};

/// What goes where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The stack's register table.
    pub register_table: String,
    /// The stack's states table.
    pub states_table: String,
    /// Company and staff in one object.
    pub company: Option<PathBuf>,
    /// Staff, a JSON object per line.
    pub staff: Option<PathBuf>,
    /// Customers, a JSON object per line.
    pub customers: Option<PathBuf>,
}

/// A deployed stack, as the caller's own AWS credentials see it.
pub async fn deployed(settings: Settings) -> Platform {
    let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
    Platform::new(settings, &config, &config, &config, &config)
}

/// Registers everybody in the files; repeating it changes nothing.
pub async fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let settings = Settings {
        register_table: options.register_table.clone(),
        states_table: options.states_table.clone(),
        ..Settings::default()
    };
    let platform = deployed(settings).await;
    let mut staff = options.staff.as_deref().map(read_staff).transpose()?.unwrap_or_default();
    let mut company = None;
    if let Some(path) = &options.company {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let vendor: Vendor =
            serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
        company = Some(vendor.company);
        staff.extend(vendor.staff);
    }
    register::put_house(&platform, company.as_ref(), &staff).await?;
    let customers = options.customers.as_deref().map(read_customers).transpose()?.unwrap_or_default();
    let without_basis = customers.iter().filter(|customer| customer.legal_basis.is_none()).count();
    for customer in &customers {
        register::put_customer(&platform, customer).await?;
    }
    writeln!(out, "Registered {} staff and {} customers.", staff.len(), customers.len())?;
    if !staff.is_empty() {
        tell_unknown_owners(&customers, &staff, out)?;
    }
    if without_basis > 0 {
        writeln!(
            out,
            "{without_basis} customers have no legal basis on record: they are stored but not scored."
        )?;
    }
    Ok(())
}

/// Says how many customers belong to somebody who is nobody on the staff.
pub fn tell_unknown_owners(
    customers: &[Customer],
    staff: &[Staff],
    out: &mut impl Write,
) -> std::io::Result<()> {
    let owners = customers.iter().filter_map(|customer| customer.owner.as_deref());
    let unknown = owners.filter(|owner| !staff.iter().any(|person| person.is_named(owner))).count();
    if unknown > 0 {
        writeln!(
            out,
            "{unknown} customers have an owner who is not among these staff: the first account manager by id gets \
             their alerts. An owner is a person's id or address."
        )?;
    }
    Ok(())
}
