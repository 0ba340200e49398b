//! What set-up asks of the program around the window, and what it is told. No port, file or socket is
//! touched here.

use core::net::Ipv4Addr;

use vigie_config::{Found, Mistake};

/// What a page of set-up wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupWish {
    /// Read the file.
    Read,
    /// Write it, if it still is `base`.
    Save {
        /// All of it.
        text: String,
        /// As it was read.
        base: String,
    },
    /// Listen for monitors.
    Listen {
        /// On serial ports that are free.
        serial: bool,
        /// On this interface.
        interface: Option<InterfaceSeen>,
    },
    /// Listen no longer.
    StopListening,
    /// Tell what is heard.
    Heard,
    /// Make the recovery sheet.
    Sheet,
    /// Write it to a file.
    SaveSheet,
    /// Print it.
    PrintSheet,
    /// Make of a PIN what the file keeps of it.
    HashPin {
        /// Comes back with the answer.
        asked: u64,
        /// As it was typed.
        pin: PinTyped,
    },
}

/// What set-up is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupNews {
    /// The file.
    File(FileSeen),
    /// It was written.
    Saved {
        /// The station starts again because of it.
        restarts: bool,
    },
    /// It was not written: somebody else has changed it, and this is what it says now.
    Changed {
        /// All of it.
        theirs: String,
    },
    /// It was not written: it has mistakes.
    Wrong(Vec<Mistake>),
    /// It was not done: why, in English for an engineer.
    Failed(String),
    /// What is heard.
    Heard(SetupHeard),
    /// The recovery sheet.
    Sheet(Sheet),
    /// What became of the wish to save or print it.
    SheetDone(SheetDone),
    /// What the file keeps of a PIN.
    PinHashed {
        /// Which wish it answers.
        asked: u64,
        /// The string of scrypt, or why there is none, in English for an engineer.
        kept: Result<String, String>,
    },
}

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSeen {
    /// Where it stands, or would.
    pub path: String,
    /// All of it.
    pub text: String,
    /// It is there.
    pub is_there: bool,
    /// It can be written.
    pub is_writable: bool,
}

/// What is heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupHeard {
    /// Devices that stand nowhere yet.
    pub offers: Vec<Offer>,
    /// Serial ports.
    pub ports: Vec<PortSeen>,
    /// Network interfaces.
    pub interfaces: Vec<InterfaceSeen>,
    /// Somebody listens.
    pub is_listening: bool,
}

/// A device that is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The same for as long as it is heard.
    pub id: u64,
    /// What it is and where.
    pub found: Found,
    /// It named itself. Else its bytes alone tell which protocol it speaks.
    pub is_named: bool,
    /// What it says now, such as `HR 72`.
    pub says: Option<String>,
}

/// A serial port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortSeen {
    /// Its device file.
    pub path: String,
    /// What its adapter calls itself.
    pub product: Option<String>,
    /// What is going on there.
    pub state: PortState,
}

/// What is going on at a serial port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortState {
    /// Nothing.
    Free,
    /// A line of the file has it.
    InUse(String),
    /// A protocol is tried at a speed.
    Trying(String),
    /// A protocol was recognised.
    Recognised,
    /// Nothing answered.
    Silent,
    /// This user may not open it.
    Denied(String),
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceSeen {
    /// Its name.
    pub name: String,
    /// This PC's address on it.
    pub address: Ipv4Addr,
    /// Bits of its subnet.
    pub prefix: u8,
    /// Its cable is in.
    pub is_up: bool,
}

/// The recovery sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// One page of text.
    Page {
        /// All of it.
        text: SheetText,
        /// The record is simulated: the sheet opens nothing.
        is_simulated: bool,
        /// There is something to print with.
        can_print: bool,
    },
    /// A passphrase is set, so that no window can make it.
    Locked,
    /// It could not be made: why, in English for an engineer.
    Failed(String),
}

/// What became of the wish to save or print the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetDone {
    /// Written to this file.
    Written(String),
    /// The printer has it.
    Printed,
    /// Not done: why, in English for an engineer.
    Failed(String),
}

/// The page, which holds the unit's key: it is shown to a person, and to no log.
#[derive(Clone, PartialEq, Eq)]
pub struct SheetText(pub String);

impl std::fmt::Debug for SheetText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SheetText") // tidy: not for people
    }
}

/// A PIN on its way to be hashed: shown to no log.
#[derive(Clone, PartialEq, Eq)]
pub struct PinTyped(pub String);

impl std::fmt::Debug for PinTyped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinTyped") // tidy: not for people
    }
}
