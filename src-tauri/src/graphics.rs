//! How the web view is drawn where a machine's graphics would break it or slow it down.

/// Runs the program again with what of WebKit's drawing is better left off on this machine.
///
/// The variables must be there before the first thread, and setting them in a running process is not
/// safe; replacing the process is.
#[cfg(target_os = "linux")]
pub(crate) fn suit_machine() {
    use std::os::unix::process::CommandExt as _;
    use std::path::Path;
    use std::process::Command;

    let machine = Machine {
        nvidia: Path::new("/proc/driver/nvidia/version").exists(),
        renders: has_render_node(Path::new("/dev/dri")),
    };
    let Some(switch) = machine.switch() else { return };
    // Who has set the variable, to whatever value, has decided already.
    if std::env::var_os(switch).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let error = Command::new(program).args(std::env::args_os().skip(1)).env(switch, "1").exec();
    tracing::warn!(%error, "cannot restart with {switch}=1; the window may be empty, or slow");
}

/// Each system's own web view knows its machine.
#[cfg(not(target_os = "linux"))]
pub(crate) fn suit_machine() {}

/// What can draw.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy)]
struct Machine {
    /// NVIDIA's own driver.
    nvidia: bool,
    /// A graphics processor that this user may use.
    renders: bool,
}

#[cfg(target_os = "linux")]
impl Machine {
    /// The variable that makes WebKit draw well here.
    fn switch(self) -> Option<&'static str> {
        match self {
            // Its DMA-BUF renderer is known to show an empty window there.
            Self { nvidia: true, .. } => Some("WEBKIT_DISABLE_DMABUF_RENDERER"),
            // On a virtual machine, or in a remote session, it would draw by a graphics processor that
            // the processor plays: three times as long for a frame, and all cores for it.
            Self { renders: false, .. } => Some("WEBKIT_DISABLE_COMPOSITING_MODE"),
            Self { .. } => None,
        }
    }
}

/// Whether one of the folder's render nodes can be opened: in a remote session often none of them.
#[cfg(target_os = "linux")]
fn has_render_node(folder: &std::path::Path) -> bool {
    let Ok(nodes) = std::fs::read_dir(folder) else { return false };
    nodes
        .flatten()
        .filter(|node| node.file_name().as_encoded_bytes().starts_with(b"renderD"))
        .any(|node| std::fs::File::options().read(true).write(true).open(node.path()).is_ok())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn drawing_suits_what_the_machine_has() {
        let switch = |nvidia, renders| Machine { nvidia, renders }.switch();
        assert_eq!(switch(true, true), Some("WEBKIT_DISABLE_DMABUF_RENDERER"));
        assert_eq!(switch(true, false), Some("WEBKIT_DISABLE_DMABUF_RENDERER"));
        assert_eq!(switch(false, false), Some("WEBKIT_DISABLE_COMPOSITING_MODE"));
        assert_eq!(switch(false, true), None);
    }

    #[test]
    fn only_a_render_node_that_opens_counts() -> Result<(), std::io::Error> {
        let folder = tempfile::tempdir()?;
        assert!(!has_render_node(&folder.path().join("dri")), "there is none at all");
        fs::write(folder.path().join("card0"), "")?;
        assert!(!has_render_node(folder.path()), "a screen without a processor");
        // A folder cannot be opened for writing by anybody, root included.
        fs::create_dir(folder.path().join("renderD128"))?;
        assert!(!has_render_node(folder.path()), "somebody else's");
        fs::write(folder.path().join("renderD129"), "")?;
        assert!(has_render_node(folder.path()));
        Ok(())
    }
}
