// Damage says what debug/buildinfo answers to binaries that were damaged in a fixed way.
//
//	go run damage.go COUNT FILE...
//
// It prints one JSON object a line: the file, the length that it was cut to or -1, the bytes that were changed, and
// the answer: an error, or the text of the build information.
package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
)

type row struct {
	File   string   `json:"file"`
	Cut    int      `json:"cut"`
	Change [][2]int `json:"change"`
	Error  string   `json:"error,omitempty"`
	Text   string   `json:"text,omitempty"`
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, file := range os.Args[2:] {
		data, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		name := filepath.Base(file)
		seed := fnv.New64a()
		seed.Write([]byte(name))
		random := rand.New(rand.NewSource(int64(seed.Sum64())))
		whole := answer(data)
		for range count {
			r := damage(random, data)
			r.File = name
			damaged := bytes.Clone(data)
			for _, change := range r.Change {
				damaged[change[0]] = byte(change[1])
			}
			if r.Cut >= 0 {
				damaged = damaged[:r.Cut]
			}
			a := answer(damaged)
			// A panic of Go's is no answer to agree with.
			if a.Error+a.Text == "" {
				continue
			}
			r.Error, r.Text = a.Error, a.Text
			if a.Error == "" && a.Text == whole.Text {
				r.Text = "same"
			}
			if err := out.Encode(r); err != nil {
				panic(err)
			}
		}
	}
}

// Damage picks one change: mostly in the headers, where one byte decides much.
func damage(random *rand.Rand, data []byte) row {
	r := row{Cut: -1, Change: [][2]int{}}
	if random.Intn(8) == 0 {
		r.Cut = random.Intn(len(data))
		if random.Intn(2) == 0 {
			r.Cut = random.Intn(min(len(data), 2048))
		}
		return r
	}
	start, size := 0, min(len(data), 1024)
	switch random.Intn(8) {
	case 0:
		start = max(0, len(data)-4096)
		size = len(data) - start
	case 1:
		if at := bytes.Index(data, []byte("\xff Go buildinf:")); at >= 0 {
			start, size = at, min(96, len(data)-at)
		}
	case 2:
		size = min(len(data), 8192)
	case 3:
		size = min(len(data), 128)
	}
	values := []int{0, 1, 0xff, 0x7f, 0x80, random.Intn(256)}
	at := start + random.Intn(size)
	width := []int{1, 1, 2, 4, 8}[random.Intn(5)]
	value := values[random.Intn(len(values))]
	for i := at; i < min(at+width, len(data)); i++ {
		r.Change = append(r.Change, [2]int{i, value})
	}
	return r
}

func answer(data []byte) (r row) {
	defer func() {
		if recover() != nil {
			r = row{}
		}
	}()
	info, err := buildinfo.Read(bytes.NewReader(data))
	if err != nil {
		return row{Error: err.Error()}
	}
	return row{Text: fmt.Sprint(info)}
}
