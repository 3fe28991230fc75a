package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkReady measures from exec to the ready file and the first line, with a binary as go build makes it, and the memory of the idle
// server afterwards. To hold: 15 ms and 20 MiB (design.md, section 9).
func BenchmarkReady(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "twilsim")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var took []time.Duration
	var resident []float64
	for b.Loop() {
		d, mib := startOnce(b, binary)
		took, resident = append(took, d), append(resident, mib)
	}
	slices.Sort(took)
	slices.Sort(resident)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms/ready")
	b.ReportMetric(resident[len(resident)/2], "median-MiB/idle")
}

// startOnce starts serve, waits until it says that it is ready, and kills it.
func startOnce(b *testing.B, binary string) (took time.Duration, mib float64) {
	dir := b.TempDir()
	ready := filepath.Join(dir, "ready")
	cmd := exec.Command(binary, "serve", "--port", "0", "--ready-file", ready)
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	took = time.Since(begin)
	if _, err := os.Stat(ready); err != nil { // it is written before the first line
		b.Fatal(err)
	}
	return took, residentMiB(cmd.Process.Pid)
}

// residentMiB is the memory of a process, 0 where the system does not tell it in Linux's way.
func residentMiB(pid int) float64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, resident int
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		return 0
	}
	return float64(resident*os.Getpagesize()) / (1 << 20)
}
