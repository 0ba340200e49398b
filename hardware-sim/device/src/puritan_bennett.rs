//! Puritan Bennett 840 and 980 ventilators.
