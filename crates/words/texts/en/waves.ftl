## Waves: speed, gain, scale, freeze, calibration.
