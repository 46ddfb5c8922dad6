//! Real servers, faults and workloads for the suites.
