//! What parameters are called: short on a tile, long where there is room.

use std::collections::BTreeMap;

use vigie_model::nomenclature::{METRICS, Member, Metric};

use crate::{Words, bundle::Texts};

/// What one parameter is called.
pub(crate) struct Names {
    label: String,
    name: String,
}

impl Words {
    /// The short label of a nomenclature id or of a group of them (`abp`, `abp.sys`, `ecg.st`).
    /// `None`: not an id of ours.
    pub fn metric_label(&self, id: &str) -> Option<String> {
        self.0.metrics.get(id).map(|names| names.label.clone())
    }

    /// The long name; the label where the label says it all. `None`: not an id of ours.
    pub fn metric_name(&self, id: &str) -> Option<String> {
        self.0.metrics.get(id).map(|names| names.name.clone())
    }
}

/// The names of all rows of the nomenclature and of all its groups.
pub(crate) fn names(texts: &Texts) -> BTreeMap<&'static str, Names> {
    let mut names = BTreeMap::new();
    for metric in METRICS {
        names.entry(metric.group()).or_insert_with(|| own(texts, metric.group()));
        names.insert(metric.id, of_metric(texts, metric));
    }
    names
}

fn of_metric(texts: &Texts, metric: &Metric) -> Names {
    for (family, id) in [("ecg.st.", "st-lead"), ("w.ecg.", "ecg-lead")] {
        if let Some(lead) = metric.id.strip_prefix(family) {
            let label = texts.message(id, &[("lead", lead.into())]);
            return Names { name: label.clone(), label };
        }
    }
    let (label, name) = match metric.member() {
        Member::Systolic => ("member-systolic", "name-systolic"),
        Member::Diastolic => ("member-diastolic", "name-diastolic"),
        Member::Mean => ("member-mean", "name-mean"),
        Member::Other => return own(texts, metric.id),
    };
    let group = own(texts, metric.group());
    Names {
        label: texts.message(label, &[("group", group.label.into())]),
        name: texts.message(name, &[("group", group.name.into())]),
    }
}

/// The names that stand in the texts under the id itself.
fn own(texts: &Texts, id: &str) -> Names {
    let message = format!("metric-{}", id.replace('.', "-"));
    let label = texts.message(&message, &[]);
    let name = texts.find(&message, Some("name"), &[]).unwrap_or_else(|| label.clone());
    Names { label, name }
}
