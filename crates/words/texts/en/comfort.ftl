## Units, colours, privacy, roles, menu, help, about.
