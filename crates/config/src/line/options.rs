//! `[line.options]`: what the family alone understands.

use crate::{
    names::{NAME_BYTES_MAX, TEXT_BYTES_MAX, fit},
    section::{Field, Reader, Section, in_order, wrong_type},
};

/// Options of one line.
const OPTIONS_MAX: usize = 16;
/// Names the one device of a line over [`PortConfig::UdpSubnet`]; made of `udp`.
pub(super) const MONITOR: &str = "monitor";
/// Options that the program makes itself, and of what.
const MADE_OPTIONS: [(&str, &str); 2] = [(MONITOR, "udp"), ("framing", "the kind of port")];

/// `[line.options]`, in the order written.
pub(super) fn read(section: Section<'_>, reader: &mut Reader) -> Vec<(String, String)> {
    let Some(table) = section.table("options", "[line.options]", reader) else {
        return Vec::new();
    };
    let entries = in_order(table.value);
    if entries.len() > OPTIONS_MAX {
        let what = format!("there are {} options", entries.len());
        reader.wrong(table.line, what, format!("a line takes at most {OPTIONS_MAX}"));
    }
    let mut options = Vec::new();
    for (key, value) in entries {
        let (name, line): (&str, usize) = (key.get_ref(), reader.line_of(key));
        if let Some((_, source)) = MADE_OPTIONS.iter().find(|(made, _)| *made == name) {
            let what = format!("the option \"{name}\" is made of {source}");
            reader.wrong(line, what, "remove it here");
            continue;
        }
        let Some(text) = value.as_str() else {
            wrong_type(reader, name, Field { value, line }, "a text in quotation marks");
            continue;
        };
        let name = fit("name of the option", Field { value: name, line }, NAME_BYTES_MAX, reader);
        let text = fit("value of the option", Field { value: text, line }, TEXT_BYTES_MAX, reader);
        if let (Some(name), Some(text)) = (name, text) {
            options.push((name.to_owned(), text.to_owned()));
        }
    }
    options
}
