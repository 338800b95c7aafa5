"""Reading PDF pages: from letters with boxes to paragraphs in reading order."""
