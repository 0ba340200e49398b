## Set-up.
