//! A screen to show on.

use std::{
    env,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
};

use super::check::Check;

const SCREEN: &str = "screen";

/// What says where the screen is.
#[derive(Clone, Debug, Default)]
struct Session {
    wayland: Option<String>,
    runtime: Option<PathBuf>,
    x11: Option<String>,
}

/// All of them.
pub fn checks() -> Vec<Check> {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let session = Session {
        wayland: variable("WAYLAND_DISPLAY"),
        runtime: variable("XDG_RUNTIME_DIR").map(PathBuf::from),
        x11: variable("DISPLAY"),
    };
    // The place is fixed in X11 itself (xtrans, `Xtranssock.c`).
    vec![screen(&session, &Path::new("/tmp").join(".X11-unix"))]
}

/// The socket of the screen, Wayland first, as the window itself chooses.
fn screen(session: &Session, x11_sockets: &Path) -> Check {
    if let Some(name) = &session.wayland {
        let runtime = session.runtime.clone().unwrap_or_default();
        return reach(&format!("Wayland ({name})"), &runtime.join(name));
    }
    let Some(name) = &session.x11 else {
        let remedy =
            "start it from the desktop, or set DISPLAY; without a screen use `vigie record`";
        return Check::warning(SCREEN, "none: neither WAYLAND_DISPLAY nor DISPLAY is set", remedy);
    };
    let (host, number) = name.split_once(':').unwrap_or((name, ""));
    if !matches!(host, "" | "unix") {
        let what = format!("DISPLAY={name} is a screen on another machine, over a network");
        return Check::bad(SCREEN, what, "use a screen of this PC: DISPLAY=:0");
    }
    let number = number.split('.').next().unwrap_or_default();
    reach(&format!("X11 ({name})"), &x11_sockets.join(format!("X{number}")))
}

fn reach(what: &str, socket: &Path) -> Check {
    match UnixStream::connect(socket) {
        Ok(_) => Check::ok(SCREEN, format!("{what} answers")),
        Err(error) => {
            let what = format!("{what}: {} cannot be reached: {error}", socket.display());
            Check::bad(SCREEN, what, "start it as the user who is logged in on the screen")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::doctor::check::State;

    #[test]
    fn a_screen_that_answers_is_ok_and_one_that_does_not_is_bad() {
        let folder = tempfile::tempdir().expect("a folder");
        let session = |x11: &str| Session { x11: Some(x11.to_owned()), ..Session::default() };
        let listener = UnixListener::bind(folder.path().join("X7")).expect("a socket");
        assert_eq!(screen(&session(":7.0"), folder.path()).state, State::Ok);
        drop(listener);
        assert_eq!(screen(&session(":7"), folder.path()).state, State::Bad);
        assert_eq!(screen(&session("10.0.0.9:0"), folder.path()).state, State::Bad);
        assert_eq!(screen(&Session::default(), folder.path()).state, State::Warning);
    }

    #[test]
    fn wayland_comes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let _listener = UnixListener::bind(folder.path().join("wayland-0")).expect("a socket");
        let session = Session {
            wayland: Some("wayland-0".to_owned()),
            runtime: Some(folder.path().to_owned()),
            x11: Some("10.0.0.9:0".to_owned()),
        };
        assert_eq!(screen(&session, folder.path()).what, "Wayland (wayland-0) answers");
    }
}
