//! `[line.ports.NAME]`: the ports of a line besides its main one.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};
use vigie_session::{Carrier, LineSpec};

use crate::{
    PortConfig,
    mistake::{any_of, quote},
    port::PORT_KEYS,
    section::{Field, Reader, Section, in_order, wrong_type},
    suggest::nearest,
};

/// What `ports` says of a port besides the main one.
#[derive(Clone, Copy, Debug)]
pub(super) enum More<'a> {
    /// `beacon = false`
    Off(usize),
    /// `[line.ports.beacon]`
    Table(Section<'a>),
    /// Something wrong, which is told.
    Told,
}

pub(super) fn read<'a>(
    section: Section<'a>,
    family: &str,
    others: &[&LineSpec],
    reader: &mut Reader,
) -> BTreeMap<&'a str, More<'a>> {
    let Some(ports) = section.table("ports", "[line.ports.NAME]", reader) else {
        return BTreeMap::new();
    };
    let table: &'a DeTable<'a> = ports.value;
    let mut more = BTreeMap::new();
    for (key, value) in in_order(table) {
        let name: &'a str = key.get_ref();
        let line = reader.line_of(key);
        if !others.iter().any(|spec| spec.name == name) {
            let meant = nearest(name, others.iter().map(|spec| spec.name));
            if let Some(meant) = meant {
                more.entry(meant).or_insert(More::Told);
            }
            let remedy = match meant {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None if name == "main" => {
                    "write the keys of the main port into [[line]] itself".to_owned()
                }
                None if others.is_empty() => {
                    "it has one port, whose keys stand in [[line]] itself".to_owned()
                }
                None => format!(
                    "besides its main port it has {}",
                    any_of(others.iter().map(|spec| spec.name))
                ),
            };
            reader.wrong(line, format!("{family} has no port {}", quote(name)), remedy);
            continue;
        }
        match value {
            DeValue::Boolean(false) => {
                more.insert(name, More::Off(line));
            }
            DeValue::Table(table) => {
                let section = Section::open(table, "[line.ports]", line, PORT_KEYS, reader);
                more.insert(name, More::Table(section));
            }
            DeValue::Boolean(true)
            | DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => {
                let wanted = format!("false, or a table: [line.ports.{name}]");
                wrong_type(reader, name, Field { value, line }, &wanted);
                more.insert(name, More::Told);
            }
        }
    }
    more
}

/// A port that is open by itself beside a main port on the network.
pub(super) fn group_of(spec: &LineSpec) -> Option<PortConfig> {
    spec.carriers.iter().find_map(|carrier| match carrier {
        Carrier::UdpGroup { port, group } => {
            Some(PortConfig::UdpGroup { port: *port, group: *group })
        }
        Carrier::Serial { .. }
        | Carrier::TcpTo { .. }
        | Carrier::TcpListen { .. }
        | Carrier::UdpTo { .. }
        | Carrier::UdpSubnet { .. } => None,
    })
}
