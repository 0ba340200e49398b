//! Serial ports: their lasting names and their settings.

use vigie_session::{Carrier, LineSpec, Parity};

use crate::{
    PortConfig, SerialPort,
    mistake::{any_of, quote},
    names::{NAME_BYTES_MAX, fit},
    section::{Field, Reader, Section},
};

use super::{Chosen, PATH_BYTES_MAX};

/// Keys that only mean something beside `serial`.
pub(super) const SETTINGS: [&str; 3] = ["baud", "parity", "stop_bits"];

pub(super) fn read(
    section: Section<'_>,
    field: Field<&str>,
    family: &str,
    spec: &LineSpec,
    reader: &mut Reader,
) -> Option<Chosen> {
    let port = serial_port(field, reader);
    let settings = serial_settings(section, family, spec, reader);
    let (port, (baud, parity, stop_bits)) = (port?, settings?);
    Chosen::plain(PortConfig::Serial { port, baud, parity, stop_bits }, field.line)
}

fn serial_port(field: Field<&str>, reader: &mut Reader) -> Option<SerialPort> {
    let text = fit("serial", field, PATH_BYTES_MAX, reader)?;
    if let Some(serial) = text.strip_prefix("usb-serial:") {
        let serial = Field { value: serial, line: field.line };
        let serial = fit("usb-serial:", serial, NAME_BYTES_MAX, reader)?;
        return Some(SerialPort::UsbSerial(serial.to_owned()));
    }
    if let Some(path) = text.strip_prefix("usb-path:") {
        if !is_usb_path(path) {
            reader.wrong(
                field.line,
                format!("{} is no USB socket", quote(path)),
                "write bus, socket and interface as the kernel does: usb-path:1-1.4:1.0",
            );
            return None;
        }
        return Some(SerialPort::UsbPath(path.to_owned()));
    }
    if !text.starts_with('/') {
        reader.wrong(
            field.line,
            format!("{} is no serial port", quote(text)),
            "write a path such as /dev/ttyUSB0, usb-serial: and the adapter's serial number, or usb-path: and its socket",
        );
        return None;
    }
    Some(SerialPort::Path(text.to_owned()))
}

/// `1-1.4:1.0`: bus, hub sockets down to the device, configuration, interface.
fn is_usb_path(path: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = |text: &str| text.split('.').all(number);
    path.len() <= NAME_BYTES_MAX
        && path.split_once(':').is_some_and(|(device, interface)| {
            let device_is_right = device
                .split_once('-')
                .is_some_and(|(bus, sockets)| number(bus) && numbers(sockets));
            let interface_is_right = interface
                .split_once('.')
                .is_some_and(|(configuration, number_)| number(configuration) && number(number_));
            device_is_right && interface_is_right
        })
}

/// Speed, parity and stop bits: what is not written is as the family prefers it.
fn serial_settings(
    section: Section<'_>,
    family: &str,
    spec: &LineSpec,
    reader: &mut Reader,
) -> Option<(u32, Parity, u8)> {
    let baud = section.number("baud", reader);
    let parity = section.text("parity", reader);
    let parity = match parity.map(|field| (field, parity_of(field.value))) {
        Some((field, None)) => {
            let what = format!("{} is no parity", quote(field.value));
            reader.wrong(field.line, what, "write none, even or odd");
            return None;
        }
        Some((field, Some(value))) => Some(Field { value, line: field.line }),
        None => None,
    };
    let stop_bits = section.number("stop_bits", reader);
    let is_read = [baud.is_some(), parity.is_some(), stop_bits.is_some()];
    if SETTINGS.into_iter().zip(is_read).any(|(key, is_read)| section.has(key) && !is_read) {
        return None; // one of them has the wrong type, which is told
    }
    let settings: Vec<(u32, Parity, u8)> = spec
        .carriers
        .iter()
        .filter_map(|carrier| match carrier {
            Carrier::Serial { baud, parity, stop_bits } => Some((*baud, *parity, *stop_bits)),
            Carrier::TcpTo { .. }
            | Carrier::TcpListen { .. }
            | Carrier::UdpTo { .. }
            | Carrier::UdpSubnet { .. }
            | Carrier::UdpGroup { .. } => None,
        })
        .collect();
    let found = settings.iter().find(|(b, p, s)| {
        baud.is_none_or(|field| field.value == *b)
            && parity.is_none_or(|field| field.value == *p)
            && stop_bits.is_none_or(|field| field.value == u32::from(*s))
    });
    if found.is_none() {
        let lines = [
            baud.map(|field| field.line),
            parity.map(|field| field.line),
            stop_bits.map(|field| field.line),
        ];
        let line = lines.into_iter().flatten().next().unwrap_or(section.line);
        let speed_is_known =
            baud.is_none_or(|field| settings.iter().any(|(b, ..)| *b == field.value));
        let what = match baud {
            Some(baud) if !speed_is_known => format!("{family} has no {} baud", baud.value),
            Some(_) | None => format!("{family} has no such serial settings"),
        };
        let known: Vec<String> = settings
            .iter()
            .map(|(baud, parity, stop_bits)| {
                format!("{baud} (parity {}, {stop_bits} stop bits)", parity_word(*parity))
            })
            .collect();
        reader.wrong(line, what, format!("it has {}", any_of(known.iter().map(String::as_str))));
    }
    found.copied()
}

fn parity_of(word: &str) -> Option<Parity> {
    [Parity::None, Parity::Even, Parity::Odd]
        .into_iter()
        .find(|parity| parity_word(*parity) == word)
}

/// Parity as it is written in the file.
pub fn parity_word(parity: Parity) -> &'static str {
    match parity {
        Parity::None => "none",
        Parity::Even => "even",
        Parity::Odd => "odd",
    }
}
