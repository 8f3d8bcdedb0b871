// Draws how long its own requests take, as bars: five pictures a second, with Go's library alone.
// Ctrl-C ends it, and the surface goes.
//
//	go run examples/draw.go http://localhost:8081
//
// Where the node asks for a token, GEOMETRY_WS_TOKEN has it.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"time"
)

const bars, barWidth, height = 60, 4, 80

var bar = color.RGBA{90, 150, 240, 255}

// chart is a PNG file with one bar for each of the last requests; full height is the longest.
func chart(times []time.Duration) ([]byte, error) {
	longest := time.Millisecond
	for _, took := range times {
		if took > longest {
			longest = took
		}
	}
	picture := image.NewRGBA(image.Rect(0, 0, bars*barWidth, height))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(color.RGBA{24, 28, 36, 255}), image.Point{}, draw.Src)
	for i, took := range times {
		top := height - int(took*height/longest)
		place := image.Rect(i*barWidth, top, (i+1)*barWidth-1, height)
		draw.Draw(picture, place, image.NewUniform(bar), image.Point{}, draw.Src)
	}
	var file bytes.Buffer
	err := png.Encode(&file, picture)
	return file.Bytes(), err
}

// ask sends a request about the surface; the node's own words are the error where it refuses.
func ask(method, address string, body []byte) error {
	request, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if token := os.Getenv("GEOMETRY_WS_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		words, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s: %s", answer.Status, words)
	}
	return nil
}

func run(node string) error {
	surface := fmt.Sprintf("%s/surfaces/go-%d?key=%d", strings.TrimSuffix(node, "/"), os.Getpid(), time.Now().UnixNano())
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt)
	var times []time.Duration
	for {
		file, err := chart(times)
		if err != nil {
			return err
		}
		words := url.Values{"title": {"Requests"}}
		if len(times) > 0 {
			words.Set("text", fmt.Sprintf("The last request took %v.", times[len(times)-1].Round(time.Millisecond)))
		}
		begun := time.Now()
		if err := ask(http.MethodPut, surface+"&"+words.Encode(), file); err != nil {
			return err
		}
		if len(times) == 0 {
			fmt.Printf("Bars are shown at %s until Ctrl-C.\n", node)
		} else if len(times) == bars {
			times = times[1:]
		}
		times = append(times, time.Since(begun))
		select {
		case <-stopped:
			return ask(http.MethodDelete, surface, nil)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func main() {
	node := "http://localhost:8081"
	if len(os.Args) > 1 {
		node = os.Args[1]
	}
	if err := run(node); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
