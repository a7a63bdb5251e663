package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// pageFeature is what a page of a vendor's documentation says about a control of a service.
type pageFeature struct {
	where                                               string // file and line, for messages
	service, control, label, status, condition, enabled string
	page                                                page
	notes                                               string
}

// pageInfo is what else is known of a page.
type pageInfo struct{ id, series, license string }

// pageFacts are what the pages of one vendor say.
type pageFacts struct {
	publisher, table string // table is the one that names the pages
	features         []pageFeature
	pages            map[page]pageInfo
}

// readFeatures reads a table of statements; row says what of a row is which.
func (p *pageFacts) readFeatures(dir, name, header string, row func(r []string) pageFeature) error {
	line := 1
	return readTable(filepath.Join(dir, name), header, func(r []string) {
		line++
		f := row(r)
		f.where = fmt.Sprintf("%s, row %d", name, line)
		f.control = strings.TrimPrefix(f.control, "+") // marks what is new for the service
		p.features = append(p.features, f)
	})
}

// check refuses facts that point nowhere.
func (p *pageFacts) check(known map[string]bool, services string) error {
	ids := map[string]page{}
	for pg, info := range p.pages {
		if other, ok := ids[info.id]; ok {
			return fmt.Errorf("%s has the id %s for %s and for %s", p.table, info.id, other.url, pg.url)
		}
		ids[info.id] = pg
	}
	for _, row := range p.features {
		if !known[row.service] {
			return fmt.Errorf("%s lacks the service %q of %s", services, row.service, row.where)
		}
		if p.pages[row.page].id == "" {
			return fmt.Errorf("%s lacks %q of %s, %s", p.table, row.page.title, row.page.published, row.page.url)
		}
	}
	return nil
}

// series lists those of the pages.
func (p *pageFacts) series() []string {
	var all []string
	for _, info := range p.pages {
		all = append(all, info.series)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// documents groups the statements by service and page, the oldest page first.
func (p *pageFacts) documents(labels map[string]string) (map[string][]document, error) {
	documents := map[string][]document{}
	for _, row := range p.features {
		usual, ok := labels[row.control]
		if !ok {
			return nil, fmt.Errorf("definitions.yaml lacks the control %q of %s", row.control, row.where)
		}
		st := statement{
			control: row.control, status: row.status, condition: row.condition, enabled: row.enabled, notes: row.notes,
		}
		if usual != row.label {
			st.label = row.label
		}
		info := p.pages[row.page]
		list := documents[row.service]
		i := slices.IndexFunc(list, func(d document) bool { return d.id == info.id })
		if i < 0 {
			i, list = len(list), append(list, document{
				id: info.id, series: info.series, publisher: p.publisher, license: info.license, compact: true,
				title: row.page.title, published: row.page.published, url: row.page.url,
			})
		}
		list[i].add(st)
		documents[row.service] = list
	}
	for _, docs := range documents {
		slices.SortStableFunc(docs, func(a, b document) int { return strings.Compare(a.published, b.published) })
	}
	return documents, nil
}
