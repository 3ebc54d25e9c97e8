"""Stands for WeasyPrint where Pango is missing."""

message = "there is no Pango here"
raise OSError(message)
