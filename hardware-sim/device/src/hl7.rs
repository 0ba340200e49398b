//! Gateways and monitors that speak HL7 v2.
