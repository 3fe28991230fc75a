package config

import (
	"fmt"
	"strconv"
)

// shardVariables are where CI systems say which of several equal jobs this is, and how many there
// are.
var shardVariables = []struct {
	system, index, total string
	first                int // the number of the first job
}{
	{"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1},
	{"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
	{"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
	// GitHub has no variables for this: the workflow sets them from strategy.job-index and
	// job-total.
	{"GitHub", "STRATEGY_JOB_INDEX", "STRATEGY_JOB_TOTAL", 0},
	// Kubernetes has only the index: the manifest sets the number of completions.
	{"Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0},
}

// autoShard is the value of --shard that asks the CI system. It is never asked by itself: equal
// jobs may differ in something else, such as the version of Node, and each must then run
// everything.
const autoShard = "auto"

// FindShard returns the part of the work that this call does, and the number of parts: those of
// text, I/N, or, for auto, those that the CI system's variables tell. 0 and 0 is all of it. The
// part counts from 1, whatever the system counts from.
func FindShard(text string, getenv func(string) string) (shard, shards int, err error) {
	if text != autoShard {
		return parseShard(text)
	}
	for _, v := range shardVariables {
		index, total := getenv(v.index), getenv(v.total)
		if index == "" || total == "" {
			continue
		}
		i, err := strconv.Atoi(index)
		n, err2 := strconv.Atoi(total)
		if err != nil || err2 != nil || i < v.first || i-v.first >= n {
			return 0, 0, (&Error{What: fmt.Sprintf("--shard auto: %s=%s and %s=%s of %s are not a "+
				"part and a number of parts", v.index, index, v.total, total, v.system)}).
				try("--shard 1/3")
		}
		return i - v.first + 1, n, nil
	}
	return 0, 0, (&Error{What: "--shard auto: this is not a CI system that says which part " +
		"this job is"}).
		try("--shard 1/3", "STRATEGY_JOB_INDEX and STRATEGY_JOB_TOTAL   set them on GitHub, from "+
			"strategy.job-index and job-total",
			"JOB_COMPLETION_INDEX and JOB_COMPLETIONS   on Kubernetes; the first is there already")
}
