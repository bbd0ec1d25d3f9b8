//! Reactors: what acts by itself on what the log says. A reactor takes no input; what happens on a
//! nudge and after a crash is the same code.

pub mod board;
pub mod run_fleet_scan;
pub mod run_scan;
