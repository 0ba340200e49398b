//! Numbers as they are written on screen and paper. Wire and files use the point and do not come here.

use vigie_model::{Decimal, Validity};

use crate::Words;

impl Words {
    /// The digits as they are, with the language's decimal sign. The minus is the hyphen of every
    /// keyboard, which every font and terminal has.
    pub fn decimal(&self, value: &Decimal) -> String {
        self.digits(&value.to_string())
    }

    /// A number as the board decided to show it: a questionable one gets a question mark.
    pub fn number(&self, value: &Decimal, validity: Validity) -> String {
        let mut text = self.decimal(value);
        if validity == Validity::Questionable {
            text.push('?');
        }
        text
    }

    /// A number that is written with a point, such as a rate of samples or a speed.
    pub(crate) fn digits(&self, written: &str) -> String {
        match self.language().decimal_sign() {
            '.' => written.to_owned(),
            sign => written.replace('.', sign.encode_utf8(&mut [0; 4])),
        }
    }
}
