//! `jackfield doctor`: a line for each thing that must be so, and what to do where it is not. Changes nothing, calls nobody.

mod database;
mod installation;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

#[derive(Args)]
pub struct Doctor {
    /// A JSON document instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Warning,
    Problem,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

fn ok(check: &'static str, found: impl Into<String>) -> Finding {
    Finding { check, verdict: Verdict::Ok, found: found.into(), to_do: None }
}

fn warning(check: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding { check, verdict: Verdict::Warning, found: found.into(), to_do: Some(to_do.into()) }
}

fn problem(check: &'static str, found: impl Into<String>, to_do: impl Into<String>) -> Finding {
    Finding { check, verdict: Verdict::Problem, found: found.into(), to_do: Some(to_do.into()) }
}

impl Doctor {
    pub async fn run(&self) -> Result<ExitCode> {
        let mut findings = installation::settings();
        findings.extend(database::all().await);
        let worst = findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Ok);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&serde_json::json!({"verdict": worst, "findings": findings}))?);
        } else {
            findings.iter().for_each(print);
        }
        Ok(if worst == Verdict::Problem { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn print(finding: &Finding) {
    let word = match finding.verdict {
        Verdict::Ok => "ok     ",
        Verdict::Warning => "warn   ",
        Verdict::Problem => "PROBLEM",
    };
    println!("{word} {}: {}", finding.check, finding.found);
    if let Some(to_do) = &finding.to_do {
        println!("        → {to_do}");
    }
}
