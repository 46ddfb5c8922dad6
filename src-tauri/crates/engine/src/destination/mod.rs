//! Writing a destination: finding out where it stands, and the lane that brings it further.

pub(crate) mod feed;
pub(crate) mod lane;
pub(crate) mod session;
