//! Workarounds for the ways in which a machine's graphics break the web view.

/// Runs the program again with WebKit's DMA-BUF renderer off, where it is known to show an empty window:
/// on Linux with NVIDIA's driver. Who has set the variable, to whatever value, has decided already.
///
/// The variable must be there before the first thread, and setting it in a running process is not safe;
/// replacing the process is.
#[cfg(target_os = "linux")]
pub(crate) fn apply_workarounds() {
    use std::os::unix::process::CommandExt as _;
    use std::path::Path;
    use std::process::Command;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let nvidia = Path::new("/proc/driver/nvidia/version").exists();
    if !nvidia || std::env::var_os(SWITCH).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let error = Command::new(program).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
    tracing::warn!(%error, "cannot restart with {SWITCH}=1; the window may stay empty");
}

/// Nothing to work around here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn apply_workarounds() {}
