package main

import (
	"fmt"
	"regexp"
	"strings"
)

// lifecycle is what is known of a service's end, and of changes to a part of it.
type lifecycle struct {
	retiredOn, successor, notice string
	source                       source
	notices                      []notice
}

// notice is a change that is not the end of the service: of a tier, a feature, a name;
// or an end of which the day is not known.
type notice struct {
	scope, stage, date, successor string
	source                        source
}

var (
	fullDate  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	monthDate = regexp.MustCompile(`^\d{4}-\d{2}$`)
	serviceID = regexp.MustCompile(` \[([a-z0-9-]+)\]`)
)

const wholeService = "service"

func (f *facts) lifecycles() (map[string]*lifecycle, error) {
	lives := map[string]*lifecycle{}
	for _, row := range f.life {
		life := lives[row.service]
		if life == nil {
			life = &lifecycle{notice: f.remarks[row.service]}
			lives[row.service] = life
		}
		if err := life.add(row); err != nil {
			return nil, err
		}
	}
	for id := range f.remarks {
		if lives[id] == nil || lives[id].retiredOn == "" {
			return nil, fmt.Errorf("lifecycle-remarks.csv: lifecycle.csv does not retire %s", id)
		}
	}
	return lives, nil
}

// add takes over a row: the end of the service, or else a notice.
func (l *lifecycle) add(row lifeRow) error {
	if row.date != "" && !fullDate.MatchString(row.date) && !monthDate.MatchString(row.date) {
		return fmt.Errorf("lifecycle.csv: the date %q of %s is none", row.date, row.service)
	}
	src := row.source
	if !fullDate.MatchString(src.published) {
		src.published = "" // of a month at best; the catalogue dates sources by the day
	}
	successor := row.successorText()
	switch row.stage {
	case "retired", "retiring":
		if row.scope == wholeService && fullDate.MatchString(row.date) {
			if l.retiredOn != "" {
				return fmt.Errorf("lifecycle.csv retires %s twice", row.service)
			}
			l.retiredOn, l.successor, l.source = row.date, successor, src
			return nil
		}
	case "renamed":
		successor = row.nameNow
	default:
		return fmt.Errorf("lifecycle.csv: the stage %q of %s is unknown", row.stage, row.service)
	}
	l.notices = append(l.notices, notice{row.scope, row.stage, row.date, successor, src})
	return nil
}

// successorText names the successor. An id in brackets stays, in parentheses, where it
// helps: where it is that of another service.
func (r lifeRow) successorText() string {
	return serviceID.ReplaceAllStringFunc(r.successor, func(id string) string {
		if id = serviceID.FindStringSubmatch(id)[1]; id != r.service {
			return " (" + id + ")"
		}
		return ""
	})
}

// withoutNotices is nil where nothing else is known.
func (l *lifecycle) withoutNotices() *lifecycle {
	if l.retiredOn == "" {
		return nil
	}
	rest := *l
	rest.notices = nil
	return &rest
}

func (l *lifecycle) yaml() string {
	var b strings.Builder
	b.WriteString("    lifecycle:\n")
	if l.retiredOn != "" {
		fmt.Fprintf(&b, "      retired_on: %s\n", l.retiredOn)
		if l.successor != "" {
			fmt.Fprintf(&b, "      successor: %s\n", quote(l.successor))
		}
		if l.notice != "" {
			fmt.Fprintf(&b, "      notice: %s\n", quote(l.notice))
		}
		fmt.Fprintf(&b, "      source: %s\n", l.source.yaml())
	}
	if len(l.notices) > 0 {
		b.WriteString("      notices:\n")
	}
	for _, n := range l.notices {
		m := mapping{}
		m.put("scope", n.scope)
		m.put("stage", n.stage)
		if n.date != "" {
			m.raw("date", `"`+n.date+`"`) // text: it may be a month
		}
		m.put("successor", n.successor)
		m.raw("source", n.source.yaml())
		fmt.Fprintf(&b, "        - %s\n", m.yaml())
	}
	return b.String()
}

func (s source) yaml() string {
	m := mapping{}
	m.put("title", s.title)
	if s.published != "" {
		m.raw("published", s.published)
	}
	m.put("url", s.url)
	return m.yaml()
}
