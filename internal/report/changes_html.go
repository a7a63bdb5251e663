package report

import (
	"fmt"
	"strings"
)

// changesHTML writes one file that needs nothing else, as the page for auditors does.
func changesHTML(c *changes) string {
	h := &htmlWriter{report: &report{}}
	class := "passed"
	if c.count(opens) > 0 {
		class = "failed"
	}
	h.raw(
		"<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n<meta name=viewport content=\"width=device-width, "+
			"initial-scale=1\">\n<meta name=referrer content=no-referrer>\n",
		"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "+
			"form-action 'none'\">\n",
	)
	h.element("<title>", c.verdict()+" · "+DefaultTitle, "</title>\n")
	h.raw(
		"<style>\n",
		htmlStyle,
		"</style>\n</head>\n<body class=",
		class,
		">\n<a class=skip href=#main>Skip to the changes</a>\n",
		"<header class=top><div class=page>\n<p class=eyebrow>Changes of security controls</p>\n",
	)
	h.element("<h1><b>", c.verdict(), "</b></h1>\n")
	was, is := c.verdicts()
	h.element("<p class=lead>Before: ", was+". After: "+is+".", "</p>\n<dl class=about>")
	for _, fact := range c.identity() {
		h.element("<div><dt>"+fact.name+"</dt><dd><code>", fact.value, "</code></dd></div>")
	}
	h.raw("</dl>\n</div></header>\n<main id=main class=changes><div class=page>\n")
	for i, l := range c.lists {
		anchor := fmt.Sprintf("c%d", i+1)
		h.raw("<section aria-labelledby=", anchor, "><h2 id=", anchor, ">", l.heading, "</h2>\n",
			"<div class=scroll tabindex=0 role=region aria-label=\"", l.heading, "\"><table class=data><thead><tr>")
		h.raw("<th scope=col>", strings.Join(l.heads[:], "</th><th scope=col>"), "</th></tr></thead><tbody>\n")
		for _, row := range l.rows {
			h.element("<tr><th scope=row>", row[0], "</th>")
			for i, cell := range row[1:] {
				// The head of the column stands before the cell where there is no room for columns.
				h.element("<td data-head=\""+l.heads[i+1]+"\">", cell, "</td>")
			}
			h.raw("</tr>\n")
		}
		h.raw("</tbody></table></div></section>\n")
	}
	h.raw("</div></main></body></html>\n")
	return h.b.String()
}
