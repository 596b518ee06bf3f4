"""Office files: Word, PowerPoint and Excel, laid out from the same parts as the PDF documents."""
