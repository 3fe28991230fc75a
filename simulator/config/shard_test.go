package config

import "testing"

func TestFindShard(t *testing.T) {
	for _, tt := range []struct {
		text        string
		env         map[string]string
		shard, want int
		fails       bool
	}{
		{"", nil, 0, 0, false},
		{"2/3", nil, 2, 3, false},
		{"4/3", nil, 0, 0, true},
		{"auto", nil, 0, 0, true},
		{"", map[string]string{"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}, 0, 0, false},
		{"auto", map[string]string{"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}, 2, 3, false},
		{"auto", map[string]string{"CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "3"}, 1, 3, false},
		{"auto", map[string]string{"BUILDKITE_PARALLEL_JOB": "2", "BUILDKITE_PARALLEL_JOB_COUNT": "3"}, 3,
			3, false},
		{"auto", map[string]string{"STRATEGY_JOB_INDEX": "1", "STRATEGY_JOB_TOTAL": "2"}, 2, 2, false},
		{"auto", map[string]string{"JOB_COMPLETION_INDEX": "4", "JOB_COMPLETIONS": "5"}, 5, 5, false},
		{"auto", map[string]string{"JOB_COMPLETION_INDEX": "4"}, 0, 0, true},
		{"auto", map[string]string{"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "3"}, 0, 0, true},
		{"auto", map[string]string{"CIRCLE_NODE_INDEX": "3", "CIRCLE_NODE_TOTAL": "3"}, 0, 0, true},
	} {
		shard, shards, err := FindShard(tt.text, func(name string) string { return tt.env[name] })
		if shard != tt.shard || shards != tt.want || (err != nil) != tt.fails {
			t.Errorf("%q %v: %d/%d %v, want %d/%d", tt.text, tt.env, shard, shards, err, tt.shard, tt.want)
		}
	}
}
