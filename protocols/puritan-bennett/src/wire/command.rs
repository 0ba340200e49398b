//! What can be sent to the parameter port: three commands, each ended by a carriage return (OI).

use super::Kind;

/// A command. None of them changes anything that the ventilator keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Empties the port's receive buffer, so that half a command before it does no harm. No answer.
    Reset,
    /// Asks for one answer.
    Send(Kind),
}

impl Command {
    /// All there are.
    pub const ALL: [Command; 3] = [Command::Reset, Command::Send(Kind::A), Command::Send(Kind::F)];

    /// The bytes on the line.
    pub const fn wire(self) -> &'static [u8] {
        match self {
            Command::Reset => b"RSET\r",
            Command::Send(Kind::A) => b"SNDA\r",
            Command::Send(Kind::F) => b"SNDF\r",
        }
    }
}
