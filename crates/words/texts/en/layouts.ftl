## Layouts, pages, wall, bed map, windows.
