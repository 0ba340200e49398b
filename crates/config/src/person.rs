//! `[[person]]`: who may do what at a window, by PIN. Without any, everybody may do everything.

use std::collections::BTreeMap;

use vigie_model::{Role, Text};

use crate::{
    PersonConfig,
    mistake::quote,
    names::fit,
    section::{Reader, Section},
    suggest::nearest,
};

/// People of one station.
const PEOPLE_MAX: usize = 200;
/// As long as initials are in a window.
const INITIALS_BYTES_MAX: usize = 12;
/// A string of scrypt takes about 90.
const PIN_BYTES_MAX: usize = 256;
/// How the strings begin that are taken, and go on after the work they ask for.
const SCRYPT: (&str, &str) = ("$scrypt$ln=", ",r=8,p=1$");
/// One that asks for more work, as a logarithm, would hold the station up.
const LOG_N_MAX: u8 = 17;

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> Vec<PersonConfig> {
    let tables = top.tables("person", reader);
    if let Some(first_over) = tables.get(PEOPLE_MAX) {
        let what = format!("there are {} people", tables.len());
        reader.wrong(first_over.line, what, format!("at most {PEOPLE_MAX} have a PIN"));
    }
    let mut people: Vec<PersonConfig> = Vec::new();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for table in tables {
        let known = &["initials", "role", "pin"];
        let section = Section::open(table.value, "[[person]]", table.line, known, reader);
        let initials = section.needed_text("initials", "AB", reader);
        let initials = initials.and_then(|initials| {
            let value = fit("initials", initials, INITIALS_BYTES_MAX, reader)?;
            if let Some(first) = named.insert(value.to_uppercase(), initials.line) {
                let what = format!("{} stands in line {first} already", quote(value));
                reader.wrong(initials.line, what, "give each person other initials");
                return None;
            }
            Some(value)
        });
        let role = role(section, reader);
        let pin = section.needed_text("pin", "...", reader);
        let pin = pin.and_then(|pin| {
            let is_kept = is_kept(pin.value);
            if !is_kept {
                let remedy =
                    "have it written by `vigie pin`: a PIN itself never stands in the file";
                reader.wrong(pin.line, "\"pin\" is no scrypt string", remedy);
            }
            is_kept.then(|| pin.value.to_owned())
        });
        if let (Some(initials), Some(role), Some(pin)) = (initials, role, pin) {
            people.push(PersonConfig { initials: Text::from(initials), role, pin });
        }
    }
    people
}

/// Whether it is a string as `vigie pin` writes it: else the PIN would be wrong whoever types it.
fn is_kept(pin: &str) -> bool {
    let parts = pin.strip_prefix(SCRYPT.0).and_then(|rest| rest.split_once(SCRYPT.1));
    parts.is_some_and(|(work, rest)| {
        pin.len() <= PIN_BYTES_MAX
            && work.parse::<u8>().is_ok_and(|work| work <= LOG_N_MAX)
            && rest.split_once('$').is_some_and(|(salt, hash)| !salt.is_empty() && !hash.is_empty())
    })
}

fn role(section: Section<'_>, reader: &mut Reader) -> Option<Role> {
    // Whoever only looks needs no PIN.
    const ROLES: [Role; 2] = [Role::Chart, Role::Configure];
    let field = section.needed_text("role", "chart", reader)?;
    let found = ROLES.into_iter().find(|role| role.name() == field.value);
    if found.is_none() {
        let remedy = match nearest(field.value, ROLES.map(Role::name)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "write chart or configure: to look takes no PIN".to_owned(),
        };
        reader.wrong(field.line, format!("unknown role {}", quote(field.value)), remedy);
    }
    found
}
