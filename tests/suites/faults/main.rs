//! Everything that can break, breaks: at the end both servers are equal and every counter is exact.

mod destination;
mod failpoints;
mod far;
mod lost_answers;
mod refused;
mod scene;
mod snapshot;
mod soak;
mod source;
mod state_folder;
