//! `[[line]]`: a protocol family on a port.

mod options;
mod ports;

use std::collections::BTreeMap;

use vigie_model::{BedId, Text};
use vigie_session::{Factory, Line, LineSpec};

use crate::{
    LineConfig, PortConfig, SerialPort,
    address::Net,
    bed::Beds,
    mistake::quote,
    names::{NAME_BYTES_MAX, fit, stood_before},
    path,
    port::{self, Chosen, PATH_BYTES_MAX, PORT_KEYS, is_of_network},
    section::{Reader, Section},
    suggest::nearest,
};

use options::MONITOR;
use ports::{More, group_of};

/// Lines of one station: four a bed.
pub(crate) const LINES_MAX: usize = 256;
/// Lines, and what each of them has taken.
pub(crate) struct Lines<'a> {
    pub(crate) lines: Vec<LineConfig>,
    catalogue: &'a [&'a dyn Factory],
    net: &'a Net,
    beds: &'a Beds<'a>,
    names: BTreeMap<&'a str, usize>,
    /// Ports and files by what they are, with the line of their first taker.
    taken: BTreeMap<String, usize>,
    /// Lines that take every device they hear, by family.
    hear_all: BTreeMap<String, usize>,
    /// Lines that name their device.
    named: Vec<Named>,
}

/// A line that names its device by address.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    family: String,
    pub(crate) address: core::net::Ipv4Addr,
    pub(crate) bed: Option<BedId>,
    /// Where in the file.
    pub(crate) line: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn read(
        top: Section<'a>,
        catalogue: &'a [&'a dyn Factory],
        net: &'a Net,
        beds: &'a Beds<'a>,
        reader: &mut Reader,
    ) -> Lines<'a> {
        let tables = top.tables("line", reader);
        if let Some(first_over) = tables.get(LINES_MAX) {
            let what = format!("there are {} lines", tables.len());
            reader.wrong(first_over.line, what, format!("at most {LINES_MAX} fit one station"));
        }
        let no_lines = top.flag("no_lines", reader);
        let is_none_yet = no_lines.is_some_and(|field| field.value);
        if !top.has("line") && !is_none_yet {
            // An editor that failed half-way leaves an empty file: no reason to let go of a ward.
            reader.wrong(
                1,
                "there is no [[line]]",
                "nothing would be watched: add one for each monitor, or write no_lines = true at the top until there are some",
            );
        }
        if let Some(field) = no_lines.filter(|_| is_none_yet && top.has("line")) {
            reader.wrong(field.line, "\"no_lines\" beside a [[line]]", "remove one of them");
        }
        let mut lines = Lines {
            lines: Vec::new(),
            catalogue,
            net,
            beds,
            names: BTreeMap::new(),
            taken: BTreeMap::new(),
            hear_all: BTreeMap::new(),
            named: Vec::new(),
        };
        let known: Vec<&'static str> =
            ["name", "protocol", "bed", "passive", "real", "capture", "path", "ports", "options"]
                .into_iter()
                .chain(PORT_KEYS.iter().copied())
                .collect();
        for table in tables {
            let section = Section::open(table.value, "[[line]]", table.line, &known, reader);
            lines.take(section, reader);
        }
        lines.check_heard_twice(reader);
        path::fill_in(&mut lines.lines, net);
        lines
    }

    /// Lines that name their device by address.
    pub(crate) fn named(&self) -> &[Named] {
        &self.named
    }

    fn take(&mut self, section: Section<'a>, reader: &mut Reader) {
        let name = self.name(section, reader);
        let factory = self.factory(section, reader);
        let bed = self.beds.find(section, reader);
        let passive = section.flag("passive", reader).is_some_and(|flag| flag.value);
        let real = section.flag("real", reader).is_some_and(|flag| flag.value);
        let capture = section.text("capture", reader).and_then(|field| {
            let path = port::absolute("capture", field, PATH_BYTES_MAX, reader)?;
            self.once(format!("file {path}"), quote(path), field.line, reader);
            Some(path.to_owned())
        });
        let path = section.text("path", reader);
        let path = path.and_then(|field| fit("path", field, NAME_BYTES_MAX, reader));
        let mut options = options::read(section, reader);
        let Some(factory) = factory else { return };
        let ports = self.ports(section, factory, bed.as_ref(), &mut options, reader);
        let protocol = factory.name().to_owned();
        self.lines.push(LineConfig {
            name: Text::from(name.unwrap_or_default()),
            protocol,
            passive,
            real,
            bed,
            ports,
            options,
            capture,
            path: path.map(Text::from),
        });
    }

    fn name(&mut self, section: Section<'a>, reader: &mut Reader) -> Option<&'a str> {
        let field = section.needed_text("name", "bed-1", reader)?;
        let name = fit("name", field, NAME_BYTES_MAX, reader)?;
        if let Some(first) = stood_before(&mut self.names, name, field.line) {
            let what = format!("{} is already the name of the line in line {first}", quote(name));
            reader.wrong(field.line, what, "give every line its own name");
        }
        Some(name)
    }

    fn factory(&self, section: Section<'_>, reader: &mut Reader) -> Option<&'a dyn Factory> {
        let families = || self.catalogue.iter().map(|factory| factory.name());
        let example = families().next().unwrap_or_default();
        let field = section.needed_text("protocol", example, reader)?;
        let found = self.catalogue.iter().find(|factory| factory.name() == field.value);
        if found.is_none() {
            let remedy = match nearest(field.value, families()) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => format!("known are {}", families().collect::<Vec<_>>().join(", ")),
            };
            reader.wrong(field.line, format!("unknown protocol {}", quote(field.value)), remedy);
        }
        found.copied()
    }

    fn ports(
        &mut self,
        section: Section<'_>,
        factory: &dyn Factory,
        bed: Option<&BedId>,
        options: &mut Vec<(String, String)>,
        reader: &mut Reader,
    ) -> Vec<(Line, PortConfig)> {
        let family = factory.name();
        if factory.carries_many() && section.has("bed") {
            reader.wrong(
                section.line_of("bed", reader),
                format!("a line of {family} may carry many beds, and has none itself"),
                "give each device its bed with [[device]], by its name in the unassigned tray",
            );
        }
        let others: Vec<&LineSpec> =
            factory.lines().iter().filter(|spec| spec.line != Line::MAIN).collect();
        let Some(spec) = factory.lines().iter().find(|spec| spec.line == Line::MAIN) else {
            return Vec::new();
        };
        let main = port::read(section, family, spec, self.net, reader);
        if let Some(main) = &main {
            self.claim(family, main, reader);
            self.note(section, family, main, bed, reader);
            let monitor = main.monitor.map(|monitor| (MONITOR.to_owned(), monitor.to_string()));
            options.extend(monitor);
        }
        let others = self.other_ports(section, factory, main.as_ref(), &others, reader);
        let main = main.map(|main| (Line::MAIN, main.port));
        main.into_iter().chain(others).collect()
    }

    /// Which devices a line will speak to: one at an address, or all that it hears.
    fn note(
        &mut self,
        section: Section<'_>,
        family: &str,
        main: &Chosen,
        bed: Option<&BedId>,
        reader: &mut Reader,
    ) {
        match (&main.port, main.monitor.as_ref()) {
            (PortConfig::UdpTo(peer) | PortConfig::TcpTo(peer), _)
            | (PortConfig::UdpSubnet, Some(peer)) => {
                self.named.push(Named {
                    family: family.to_owned(),
                    address: *peer.ip(),
                    bed: bed.cloned(),
                    line: main.line,
                });
            }
            (PortConfig::UdpSubnet, None) => {
                self.hear_all.entry(family.to_owned()).or_insert(main.line);
                if section.has("bed") {
                    reader.wrong(
                        section.line_of("bed", reader),
                        "a line that takes every monitor has no bed",
                        "give each monitor its bed with [[device]]",
                    );
                }
            }
            (
                PortConfig::Serial { .. }
                | PortConfig::UdpGroup { .. }
                | PortConfig::TcpListen(_)
                | PortConfig::UnixTo(_),
                _,
            ) => {}
        }
    }

    /// The ports besides the main one: those written, and groups that a line on the network hears.
    fn other_ports(
        &mut self,
        section: Section<'_>,
        factory: &dyn Factory,
        main: Option<&Chosen>,
        others: &[&LineSpec],
        reader: &mut Reader,
    ) -> Vec<(Line, PortConfig)> {
        let family = factory.name();
        let tables = ports::read(section, family, others, reader);
        let on_network = main.is_some_and(|main| is_of_network(&main.port));
        let takes_all = main.is_some_and(Chosen::takes_all);
        let mut ports = Vec::new();
        for spec in others {
            match tables.get(spec.name) {
                Some(More::Off(line)) if takes_all && group_of(spec).is_some() => reader.wrong(
                    *line,
                    format!("without {} no monitor is heard", spec.name),
                    "remove this, or name one monitor by its address in udp",
                ),
                Some(More::Told) => {}
                Some(More::Off(_)) if spec.optional => {}
                Some(More::Off(line)) => reader.wrong(
                    *line,
                    format!("{family} does not work without {}", spec.name),
                    "give it a port",
                ),
                Some(More::Table(table)) => {
                    if let Some(chosen) = port::read(*table, family, spec, self.net, reader) {
                        self.claim(family, &chosen, reader);
                        ports.push((spec.line, chosen.port));
                    }
                }
                None => match group_of(spec).filter(|_| on_network) {
                    Some(port) => ports.push((spec.line, port)),
                    // Without a main port it is open what else is needed.
                    None if spec.optional || main.is_none() => {}
                    None => reader.wrong(
                        section.line,
                        format!("{family} has a second port, {}", spec.name),
                        format!("add [line.ports.{}] with serial, udp, tcp or unix", spec.name),
                    ),
                },
            }
        }
        ports
    }

    /// Takes a port for one line; told when another one has it.
    fn claim(&mut self, family: &str, chosen: &Chosen, reader: &mut Reader) {
        let (what, name) = match (&chosen.port, chosen.monitor.as_ref()) {
            (PortConfig::Serial { port, .. }, _) => {
                let name = serial_name(port);
                (format!("serial {name}"), quote(&name))
            }
            (PortConfig::UdpTo(peer), _) | (PortConfig::UdpSubnet, Some(peer)) => {
                (format!("udp {peer}"), format!("UDP to {peer}"))
            }
            (PortConfig::UdpSubnet, None) => {
                (format!("every {family}"), format!("every {family} device that is heard"))
            }
            (PortConfig::UdpGroup { port, .. }, _) => {
                (format!("udp port {port}"), format!("UDP port {port}"))
            }
            (PortConfig::TcpTo(peer), _) => (format!("tcp {peer}"), format!("TCP to {peer}")),
            (PortConfig::TcpListen(port), _) => {
                (format!("tcp port {port}"), format!("TCP port {port}"))
            }
            (PortConfig::UnixTo(path), _) => (format!("unix {path}"), quote(path)),
        };
        self.once(what, name, chosen.line, reader);
    }

    fn once(&mut self, what: String, name: String, line: usize, reader: &mut Reader) {
        if let Some(first) = stood_before(&mut self.taken, what, line) {
            reader.wrong(
                line,
                format!("{name} is already taken in line {first}"),
                "two lines cannot share it: name another, or remove one of them",
            );
        }
    }

    /// A monitor grants one client at a time: a line that takes all would fight for the named ones.
    fn check_heard_twice(&self, reader: &mut Reader) {
        for named in &self.named {
            if let Some(all) = self.hear_all.get(&named.family) {
                reader.wrong(
                    named.line,
                    format!("{} is also heard by the line that takes every monitor, in line {all}", named.address),
                    "keep one of both: [[device]] gives a monitor its bed without a line of its own",
                );
            }
        }
    }
}

/// A serial port as it is written in the file.
pub fn serial_name(port: &SerialPort) -> String {
    match port {
        SerialPort::Path(path) => path.clone(),
        SerialPort::UsbSerial(serial) => format!("usb-serial:{serial}"),
        SerialPort::UsbPath(path) => format!("usb-path:{path}"),
    }
}
