//! What the first start does to a file: beds by their numbers, and what was heard at one of them.

use core::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{Draft, Step, Value};

/// Something that was heard and stands at no bed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The protocol's name, as in the file.
    pub protocol: String,
    /// Where it was heard.
    pub port: FoundPort,
    /// Its key, where it named itself: `intellivue:0009fb123456`.
    pub device: Option<String>,
    /// What it calls itself: maker and model.
    pub name: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// The bed that it says it stands at.
    pub bed_label: Option<String>,
    /// A pty or loopback: there is no device behind it.
    pub is_simulated: bool,
}

/// Where something was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundPort {
    /// On a serial port.
    Serial {
        /// The port as the file names it: by serial number, by socket, or by its path.
        port: String,
        /// Its device file.
        path: String,
        /// Speed.
        baud: u32,
        /// Parity, as the file writes it.
        parity: String,
        /// 1 or 2.
        stop_bits: u8,
    },
    /// Its beacon was heard on the network.
    Beacons(FoundOn),
    /// It connected to a TCP port of ours.
    TcpListen {
        /// The interface.
        on: FoundOn,
        /// Our port.
        port: u16,
    },
}

/// The interface on which something was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundOn {
    /// Its name.
    pub interface: String,
    /// Our address on it.
    pub address: Ipv4Addr,
    /// Bits of its subnet.
    pub prefix: u8,
}

/// Why something that was heard cannot stand at a bed by this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotAssign {
    /// There is no bed of this id.
    NoBed,
    /// It is simulated, and the ward is a live one.
    SimulatedInLive,
    /// It is real, and the ward is a simulated one.
    RealInSimulation,
    /// The device did not name itself, and it is not alone on its line.
    Nameless,
    /// `line` or `device` is something else than a list in this file.
    NoList,
}

impl Draft {
    /// Makes beds until there are so many, with the numbers that are free; those there stay.
    pub fn beds_1_to(&mut self, beds: usize) {
        self.together(Step::Beds(beds), |draft| {
            let mut number = 0;
            while draft.count("bed") < beds {
                number += 1;
                let (id, label) = (format!("bed-{number}"), number.to_string());
                let is_taken = draft.index_of("bed", "id", &id).is_some()
                    || draft.index_of("bed", "label", &label).is_some();
                if !is_taken
                    && draft.add("bed", &[("id", id.into()), ("label", label.into())]).is_none()
                {
                    return;
                }
            }
        });
    }

    /// Puts what was heard at a bed: a line, or a device of one. One step.
    pub fn assign(&mut self, found: &Found, bed: &str) -> Result<(), CannotAssign> {
        if self.index_of("bed", "id", bed).is_none() {
            return Err(CannotAssign::NoBed);
        }
        let device = [&found.name, &found.device].into_iter().flatten().next();
        let device = device.cloned().unwrap_or_else(|| found.port.written());
        let step = Step::Assigned { device, bed: bed.to_owned() };
        let mut tried = self.clone();
        tried.together(step, |draft| draft.try_assign(found, bed))?;
        *self = tried;
        Ok(())
    }

    fn try_assign(&mut self, found: &Found, bed: &str) -> Result<(), CannotAssign> {
        self.fit_mode(found.is_simulated)?;
        match &found.port {
            FoundPort::Serial { port, path, baud, parity, stop_bits } => {
                let there = self.index_of("line", "serial", port);
                if let Some(index) = there.or_else(|| self.index_of("line", "serial", path)) {
                    let protocol = self.text_at(&format!("line.{index}.protocol"));
                    if protocol.as_ref() == Some(&found.protocol) {
                        let bed = self.set(&format!("line.{index}.bed"), bed);
                        return bed.map_err(|_| CannotAssign::NoList);
                    }
                    // Another device hangs there now: nothing of the old line holds for it.
                    self.remove("line", index);
                }
                let mut fields: Vec<(&str, Value)> = vec![
                    ("name", self.free_name(bed).into()),
                    ("protocol", found.protocol.as_str().into()),
                    ("serial", port.as_str().into()),
                    ("baud", (*baud).into()),
                ];
                if (parity.as_str(), *stop_bits) != ("none", 1) {
                    fields.push(("parity", parity.as_str().into()));
                    fields.push(("stop_bits", u32::from(*stop_bits).into()));
                }
                fields.push(("bed", bed.into()));
                self.add("line", &fields).ok_or(CannotAssign::NoList)?;
            }
            FoundPort::Beacons(on) => {
                self.network(on);
                self.shared_line(&found.protocol, "udp", "beacons")?;
                self.device_at(found.device.as_deref(), bed)?;
            }
            FoundPort::TcpListen { on, port } => {
                self.network(on);
                self.shared_line(&found.protocol, "tcp", &format!("listen:{port}"))?;
                self.device_at(found.device.as_deref(), bed)?;
            }
        }
        self.unset("no_lines");
        Ok(())
    }

    /// Takes the bed from a line, by its name, or from a device, by its key.
    pub fn take_off(&mut self, line_or_device: &str) {
        self.together(Step::TakenOff(line_or_device.to_owned()), |draft| {
            if let Some(index) = draft.index_of("line", "name", line_or_device) {
                draft.unset(&format!("line.{index}.bed"));
            }
            if let Some(index) = draft.index_of("device", "key", line_or_device) {
                let others = ["mac", "address"];
                let says_more =
                    others.iter().any(|key| draft.get(&format!("device.{index}.{key}")).is_some());
                if says_more {
                    draft.unset(&format!("device.{index}.bed"));
                } else {
                    draft.remove("device", index);
                }
            }
        });
    }

    /// The number of the element of a list in which a key says this.
    pub fn index_of(&self, list: &str, key: &str, value: &str) -> Option<usize> {
        (0..self.count(list))
            .find(|index| self.text_at(&format!("{list}.{index}.{key}")).as_deref() == Some(value))
    }

    /// The first thing that is connected says whether the ward is a simulated one.
    fn fit_mode(&mut self, is_simulated: bool) -> Result<(), CannotAssign> {
        let mode = self.text_at("mode");
        match (mode.as_deref(), is_simulated) {
            (Some("drill"), _) | (Some("simulation"), true) | (Some("live") | None, false) => {
                Ok(())
            }
            (Some("live") | None, true) if self.count("line") == 0 => {
                _ = self.set("mode", "simulation");
                Ok(())
            }
            (_, true) => Err(CannotAssign::SimulatedInLive),
            (_, false) => Err(CannotAssign::RealInSimulation),
        }
    }

    fn network(&mut self, on: &FoundOn) {
        if self.get("network.interface").is_none() {
            _ = self.set("network.interface", on.interface.as_str());
            _ = self.set("network.address", format!("{}/{}", on.address, on.prefix));
        }
    }

    /// The line that hears many devices of a protocol.
    fn shared_line(&mut self, protocol: &str, kind: &str, port: &str) -> Result<(), CannotAssign> {
        let there = (0..self.count("line")).any(|index| {
            let says = |key: &str| self.text_at(&format!("line.{index}.{key}"));
            says("protocol").as_deref() == Some(protocol)
                && says(kind).is_some_and(|said| said == port || port.starts_with(&said))
        });
        if there {
            return Ok(());
        }
        let fields = [
            ("name", self.free_name(protocol).into()),
            ("protocol", protocol.into()),
            (kind, port.into()),
        ];
        self.add("line", &fields).map(|_| ()).ok_or(CannotAssign::NoList)
    }

    fn device_at(&mut self, key: Option<&str>, bed: &str) -> Result<(), CannotAssign> {
        let key = key.ok_or(CannotAssign::Nameless)?;
        let outcome = match self.index_of("device", "key", key) {
            Some(index) => self.set(&format!("device.{index}.bed"), bed).is_ok(),
            None => self.add("device", &[("key", key.into()), ("bed", bed.into())]).is_some(),
        };
        outcome.then_some(()).ok_or(CannotAssign::NoList)
    }

    /// A name that no line has.
    fn free_name(&self, wanted: &str) -> String {
        let mut names =
            std::iter::once(wanted.to_owned()).chain((2_u32..).map(|n| format!("{wanted}-{n}")));
        names.find(|name| self.index_of("line", "name", name).is_none()).unwrap_or_default()
    }
}

impl FoundPort {
    /// Where, as the file names it.
    pub fn written(&self) -> String {
        match self {
            FoundPort::Serial { port, .. } => port.clone(),
            FoundPort::Beacons(on) => on.interface.clone(),
            FoundPort::TcpListen { on, port } => format!("{}:{port}", on.interface),
        }
    }
}
