package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// shortened leaves the assessment out of a plan: a CLI shows JSON as HCL, line by line,
// which is most of what it prints. What is left out is said.
type shortened struct {
	out  io.Writer
	line []byte // not ended yet
	// end begins the line that ends what is being left out; "" outside of it.
	end  string
	left int
}

// Write takes any part of the output, lines or not.
func (s *shortened) Write(p []byte) (int, error) {
	s.line = append(s.line, p...)
	for {
		i := bytes.IndexByte(s.line, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := string(s.line[:i])
		s.line = s.line[i+1:]
		if err := s.one(line); err != nil {
			return 0, err
		}
	}
}

// flush writes what did not end with a line.
func (s *shortened) flush() error {
	rest := s.line
	s.line = nil
	_, err := s.out.Write(rest)
	return err
}

func (s *shortened) one(line string) error {
	text := strings.TrimLeft(line, " +-~")
	indent := line[:len(line)-len(text)]
	switch {
	case s.end == "" && strings.HasPrefix(text, "assessment ") && strings.HasSuffix(text, "= jsonencode("):
		s.end, s.left = strings.Repeat(" ", len(indent))+")", 0
		_, err := fmt.Fprint(s.out, line)
		return err
	case s.end == "":
		_, err := fmt.Fprintln(s.out, line)
		return err
	case !strings.HasPrefix(line, s.end):
		s.left++
		return nil
	default:
		_, err := fmt.Fprintf(s.out, " … )%s # %d lines that the demo leaves out\n", strings.TrimPrefix(line, s.end), s.left)
		s.end = ""
		return err
	}
}
