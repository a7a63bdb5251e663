package markdown

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxFrontMatter bounds what is given to the YAML parser; the articles have about 500 bytes.
const maxFrontMatter = 16 << 10

// frontMatter holds what is used of the YAML block at the beginning of a document.
type frontMatter struct {
	title     string
	titleLine int
	date      string
	dateKey   string
	dateLine  int
}

// frontMatter reads the block between two lines "---" and returns the index of the line after it.
func (p *parser) frontMatter() (front frontMatter, body int) {
	if p.lines[0].text != "---" {
		return front, 0
	}
	end := p.endOfFrontMatter()
	if end == 0 {
		return front, len(p.lines)
	}
	texts := make([]string, 0, end)
	for _, l := range p.lines[1:end] {
		texts = append(texts, l.text)
	}

	// The lines of YAML begin after the "---"; it also breaks them at characters that Markdown does not.
	lineOf := func(n int) int { return min(n, end-1) + 1 }

	// A node, not a map: aliases stay unexpanded, scalars unconverted (a date keeps its spelling), lines known.
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(strings.Join(texts, "\n")), &document); err != nil {
		line, message := yamlProblem(err)
		p.problems.add(lineOf(line), "the front matter is not valid YAML: %s", message)
		return front, end + 1
	}
	if len(document.Content) == 0 {
		return front, end + 1
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		p.problems.add(lineOf(root.Line),
			`the front matter is not a mapping, expected lines such as "title: Security controls for Contoso Ledger"`)
		return front, end + 1
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key, value := root.Content[i], root.Content[i+1]; value.Kind == yaml.ScalarNode {
			front.set(key.Value, value.Value, lineOf(value.Line))
		}
	}
	return front, end + 1
}

// endOfFrontMatter returns the index of the line that ends the front matter, or 0 with a problem.
func (p *parser) endOfFrontMatter() int {
	size := 0
	for i := 1; i < len(p.lines); i++ {
		if p.lines[i].text == "---" || p.lines[i].text == "..." {
			return i
		}
		if size += len(p.lines[i].text) + 1; size > maxFrontMatter {
			p.problems.add(1, `the front matter has more than %d bytes; is the line "---" that ends it missing?`, maxFrontMatter)
			return 0
		}
	}
	p.problems.add(1, `the front matter does not end, expected a second line "---"`)
	return 0
}

// set takes what is used of the front matter. Of the dates, ms.date counts before date.
func (f *frontMatter) set(key, value string, line int) {
	switch key {
	case "title":
		f.title, f.titleLine = value, line
	case "ms.date", "date":
		if f.dateKey != "ms.date" && value != "" {
			f.date, f.dateKey, f.dateLine = value, key, line
		}
	}
}

// yamlProblem takes the line out of the message of the YAML parser, which counts from the front matter's
// first line.
func yamlProblem(err error) (line int, message string) {
	message = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		number, text, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil {
			return n, excerpt(text)
		}
	}
	return 1, excerpt(message)
}

// published sets the date of the article.
func (p *parser) published(article *Article, front frontMatter) {
	if p.opts.Published != "" {
		if _, err := time.Parse(time.DateOnly, p.opts.Published); err != nil {
			p.problems.add(0, `published is %q, expected a date YYYY-MM-DD`, excerpt(p.opts.Published))
			return
		}
		article.Published = p.opts.Published
		return
	}
	if front.date == "" {
		return
	}
	date, ok := parseDate(front.date)
	if !ok {
		p.problems.add(front.dateLine, `%s is %q, expected a date MM/DD/YYYY or YYYY-MM-DD; set "published" to override it`,
			front.dateKey, excerpt(front.date))
		return
	}
	article.Published, article.PublishedLine = date, front.dateLine
}

// parseDate reads the notations of the series: 04/16/2019, in places 4/16/2019, and 2019-04-16. The month
// always comes first. A date that does not exist is none.
func parseDate(s string) (string, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.DateOnly, "1/2/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}
