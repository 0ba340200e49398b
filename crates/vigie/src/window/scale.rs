//! Keeps the measure of a screen: `[screen] pixels_per_mm` goes into the station's file, as set-up saves.

use std::time::Duration;

use vigie_config::{Draft, Mistake, Value};
use vigie_dashboard::{Dashboard, Kept};
use vigie_model::MonoTime;
use vigie_station::{SetupAsk, SetupAsked, SetupSays, StationClient};
use vigie_words::{TextKey, Words};

/// Where it stands in the file.
const PLACE: &str = "screen.pixels_per_mm";
/// What is not answered by then failed.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// A measure on its way into the file: the file is read, changed, and saved over what was read.
struct UnderWay {
    pixels_per_mm: f32,
    asked: SetupAsked,
    since: MonoTime,
    /// The file before and with it, once that was asked to be saved.
    saving: Option<(String, String)>,
}

/// The last measure, as long as it is under way.
#[derive(Default)]
pub struct ScaleBridge(Option<UnderWay>);

impl ScaleBridge {
    /// Takes a measure from the window and brings it on its way.
    pub fn run(&mut self, dashboard: &mut Dashboard, client: &StationClient, now: MonoTime) {
        if let Some(pixels_per_mm) = dashboard.poll_calibrated() {
            match client.setup(SetupAsk::Read) {
                Ok(asked) => {
                    self.0 = Some(UnderWay { pixels_per_mm, asked, since: now, saving: None });
                }
                Err(why) => dashboard.tell_calibrated(Kept::NotSaved(why.to_string())),
            }
        }
        let Some(under_way) = self.0.take() else { return };
        let late = now.since(under_way.since) >= ANSWER_WITHIN;
        match under_way.asked.answer() {
            None if !late => self.0 = Some(under_way),
            None => {
                let why = "the station did not answer".to_owned(); // tidy: not for people
                dashboard.tell_calibrated(Kept::NotSaved(why));
            }
            Some(Err(why)) => dashboard.tell_calibrated(Kept::NotSaved(why.to_string())),
            Some(Ok(SetupSays::Saved { .. })) if under_way.saving.is_some() => {
                if let Some((before, after)) = &under_way.saving {
                    dashboard.tell_measured(before, after);
                }
                dashboard.tell_calibrated(Kept::Saved);
            }
            Some(Ok(SetupSays::File { text, is_there, .. })) if under_way.saving.is_none() => {
                match saving(text, is_there, under_way.pixels_per_mm, client) {
                    Ok((asked, texts)) => {
                        self.0 = Some(UnderWay { asked, saving: Some(texts), ..under_way });
                    }
                    Err(why) => dashboard.tell_calibrated(Kept::NotSaved(why)),
                }
            }
            Some(Ok(says)) => {
                let why = refusal(&says, dashboard.words());
                dashboard.tell_calibrated(Kept::NotSaved(why));
            }
        }
    }
}

/// Asks for the file with the measure in it; gives back its text before and after, too.
fn saving(
    text: String,
    is_there: bool,
    pixels_per_mm: f32,
    client: &StationClient,
) -> Result<(SetupAsked, (String, String)), String> {
    if !is_there {
        return Err("there is no file yet".to_owned()); // tidy: not for people
    }
    let changed = with_measure(&text, pixels_per_mm)?;
    let save = SetupAsk::Save { text: changed.clone(), base: text.clone() };
    let asked = client.setup(save).map_err(|why| why.to_string())?;
    Ok((asked, (text, changed)))
}

/// The text of the file with the measure in it.
fn with_measure(text: &str, pixels_per_mm: f32) -> Result<String, String> {
    let mut draft = Draft::read(text).map_err(|mistakes| said(&mistakes))?;
    let value = Value::Fraction(format!("{pixels_per_mm:.3}"));
    draft.set(PLACE, value).map_err(|misplaced| misplaced.0)?;
    Ok(draft.text())
}

/// The first mistake.
fn said(mistakes: &[Mistake]) -> String {
    let first = mistakes.first();
    first.map(|mistake| format!("{}: {}", mistake.what, mistake.remedy)).unwrap_or_default()
}

/// Why the station did not take it.
fn refusal(says: &SetupSays, words: &Words) -> String {
    match says {
        SetupSays::Failed(why) => why.clone(),
        SetupSays::Wrong(mistakes) => said(mistakes),
        SetupSays::NeedsRole(_) => words.text(TextKey::RefusedNeedsRole),
        // tidy: not for people
        SetupSays::Changed { .. } => "the file was changed meanwhile".to_owned(),
        SetupSays::File { .. }
        | SetupSays::Saved { .. }
        | SetupSays::Listening(_)
        | SetupSays::Heard(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measure_is_the_only_thing_that_changes() {
        let text = "# our ward\n[screen]\nnight = true # dark\n\n[[bed]]\nid = \"1\"\n";
        let changed = with_measure(text, 3.616).expect("a file");
        assert!(changed.contains("pixels_per_mm = 3.616\n"), "{changed}");
        let without: String = changed
            .lines()
            .filter(|line| !line.contains("pixels"))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(without, text);
        // Measured again: one key, the newer one.
        let again = with_measure(&changed, 4.0).expect("a file");
        assert_eq!(again.matches("pixels_per_mm").count(), 1, "{again}");
        assert!(again.contains("pixels_per_mm = 4.000"), "{again}");
        assert!(with_measure("[screen", 4.0).is_err());
    }
}
