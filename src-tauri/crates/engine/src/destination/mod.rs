//! Writing a destination: finding out where it stands, and the lane that brings it further.

mod existing;
pub(crate) mod feed;
pub(crate) mod lane;
mod produce;
mod reconcile;
mod safety;
pub(crate) mod session;
