//! Real servers, faults and workloads for the suites.

pub mod compare;
pub mod counters;
pub mod fake_source;
pub mod far_link;
pub mod fault_proxy;
pub mod keyferry;
pub mod migration;
pub mod process;
pub mod server;
pub mod switchboard;
pub mod workload;
