package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// handshake starts a provider as a CLI does and returns how long it took to offer its
// connection, and its peak memory in kilobytes (0 where the system does not tell).
func handshake(ctx context.Context, binary string) (time.Duration, float64, error) {
	cmd := exec.CommandContext(ctx, binary)
	// What the plugin protocol of Terraform wants to see before a provider answers.
	cmd.Env = append(os.Environ(),
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6", "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	elapsed := time.Since(start)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // killed: the status says no more
	if err != nil || !strings.HasPrefix(line, "1|6|") {
		return 0, 0, fmt.Errorf("%s did not offer a connection, it said %q: %w", binary, line, err)
	}
	return elapsed, peakMemory(cmd.ProcessState), nil
}
