"""Messages a second of VADER, AFINN and Kundvakt: the same texts, one core, in turn, five rounds, the best of each.

    pip install -r infra/local/compare/requirements.txt
    cargo build --release -p kundvakt
    taskset -c 0 python infra/local/compare/reading.py

Kundvakt's figure is that of `kundvakt bench --json`, which reads the same messages.
"""

import json
import pathlib
import subprocess
import sys
import time

from afinn import Afinn
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

ROOT = pathlib.Path(__file__).resolve().parents[3]


def texts():
    lines = (ROOT / "shared/tone/corpus/en-1.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line)["text"] for line in lines]
    return [text for text in messages if 80 <= len(text.encode()) < 140]


def rate(read, messages):
    started = time.perf_counter()
    for text in messages:
        read(text)
    return len(messages) / (time.perf_counter() - started)


def kundvakt():
    tool = ROOT / "target/release/kundvakt"
    done = subprocess.run([tool, "bench", "--only", "reading", "--json"], check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout)["figures"]
    return next(figure["value"] for figure in figures if "110 bytes" in figure["name"])


def main():
    messages = texts()
    vader, afinn = SentimentIntensityAnalyzer().polarity_scores, Afinn().score
    best = {"VADER": 0.0, "AFINN": 0.0, "Kundvakt": 0.0}
    for _ in range(5):
        best["VADER"] = max(best["VADER"], rate(vader, messages))
        best["AFINN"] = max(best["AFINN"], rate(afinn, messages))
        best["Kundvakt"] = max(best["Kundvakt"], kundvakt())
    print(f"{len(messages)} messages of 80 to 140 bytes, one core")
    for name, value in best.items():
        print(f"{name:10} {value:>10,.0f} a second   Kundvakt is {best['Kundvakt'] / value:.1f} times as fast")
    return 0


if __name__ == "__main__":
    sys.exit(main())
