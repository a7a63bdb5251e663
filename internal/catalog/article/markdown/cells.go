package markdown

import "strings"

// span is a code span with its backticks, content included.
type span struct {
	start, end int
	ticks      int
}

// codeSpans returns the code spans of s. Each run of backticks opens one that the next run of the same length
// closes; the search goes from the right, so that it is linear for any number of runs.
func codeSpans(s string) []span {
	if strings.IndexByte(s, '`') < 0 {
		return nil
	}
	type run struct{ start, length, next int }
	var runs []run
	for i := 0; i < len(s); i++ {
		if s[i] != '`' {
			continue
		}
		start := i
		for i+1 < len(s) && s[i+1] == '`' {
			i++
		}
		runs = append(runs, run{start: start, length: i + 1 - start})
	}
	last := map[int]int{} // index of the nearest run to the right, by length
	for i := len(runs) - 1; i >= 0; i-- {
		runs[i].next = -1
		if next, ok := last[runs[i].length]; ok {
			runs[i].next = next
		}
		last[runs[i].length] = i
	}
	var spans []span
	for i := 0; i < len(runs); {
		r := runs[i]
		if r.next < 0 || escapedAt(s, r.start) {
			i++
			continue
		}
		end := runs[r.next]
		spans = append(spans, span{start: r.start, end: end.start + end.length, ticks: r.length})
		i = r.next + 1
	}
	return spans
}

// escapedAt reports whether an odd number of backslashes stands before index i.
func escapedAt(s string, i int) bool {
	n := 0
	for i > n && s[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// splitCells splits a row at its pipes, except at escaped ones and those within code spans; GitHub splits at the
// latter, but who writes them means the code. The result has the escapes of pipes undone. It reports whether
// the last cell is closed by a pipe.
func splitCells(s string) (cells []string, closed bool) {
	s = strings.Trim(s, " \t")
	from := 0
	if s != "" && s[0] == '|' {
		from = 1
	}
	spans := codeSpans(s)
	escapes := strings.IndexByte(s, '\\') >= 0
	for i := from; i < len(s); {
		if len(spans) > 0 && spans[0].start <= i {
			i = max(i, spans[0].end)
			spans = spans[1:]
			continue
		}
		if len(spans) == 0 && !escapes {
			// Nothing but pipes matters any more.
			next := strings.IndexByte(s[i:], '|')
			if next < 0 {
				break
			}
			i += next
		}
		switch s[i] {
		case '\\':
			i++ // whatever follows is no separator
		case '|':
			cells = append(cells, cell(s[from:i], escapes))
			from = i + 1
		}
		i++
	}
	closed = from == len(s) && len(s) > 0
	if !closed || len(cells) == 0 {
		cells = append(cells, cell(s[from:], escapes))
	}
	return cells, closed
}

func cell(s string, escapes bool) string {
	s = strings.Trim(s, " \t")
	if escapes && strings.Contains(s, `\|`) {
		s = strings.ReplaceAll(s, `\|`, "|")
	}
	return s
}
