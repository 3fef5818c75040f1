// A service that goes wrong on purpose: the image of the fault tests. What goes wrong is said by its environment, so that a value
// of the chart chooses it:
//
//	FAULT    what goes wrong; nothing if empty
//	           slow         is live at once, and ready after SECONDS
//	           never-ready  is live, and never ready
//	           crash        serves for SECONDS, says why, and ends with EXIT_CODE; if that is at once, it is never ready
//	           memory       takes memory until it is killed, and is never ready
//	           flip         is ready for SECONDS, then not for SECONDS, and so on
//	           end          does nothing for SECONDS, says why, and ends with EXIT_CODE: a hook or a test, not a service
//	SECONDS  a number, 0 if empty
//	EXIT_CODE  a number, 0 if empty
//	VERSION  what /predict answers with, so that a test sees which version serves
//
// It listens on 8000: /health/live, /health/ready, /predict.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const (
	chunk = 4 << 20
	page  = 4 << 10
	drain = 2 * time.Second
)

var began = time.Now()

func main() {
	log.SetFlags(0)
	fault, length, exitCode := os.Getenv("FAULT"), seconds(), number("EXIT_CODE")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		log.Print("told to stop")
		if fault != "end" {
			// The Service's rules may send requests for a moment more.
			time.Sleep(drain)
		}
		os.Exit(0)
	}()
	if fault == "end" {
		log.Printf("working for %s", length)
		time.Sleep(length)
		end(exitCode)
	}

	http.HandleFunc("/health/live", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "live") })
	http.HandleFunc("/health/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !ready(fault, length) {
			http.Error(w, "the model is not loaded", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	http.HandleFunc("/predict", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, "{\"prediction\":[1],\"version\":%q,\"image\":%q}\n", os.Getenv("VERSION"), os.Getenv("IMAGE"))
	})
	go misbehave(fault, length, exitCode)
	log.Printf("version %s serves on 8000", os.Getenv("VERSION"))
	log.Fatal(http.ListenAndServe(":8000", nil))
}

func ready(fault string, length time.Duration) bool {
	switch fault {
	case "slow":
		return time.Since(began) >= length
	case "never-ready", "memory":
		return false
	case "crash":
		return length > 0
	case "flip":
		return time.Since(began)/length%2 == 0
	default:
		return true
	}
}

func misbehave(fault string, length time.Duration, exitCode int) {
	switch fault {
	case "crash":
		time.Sleep(length)
		end(exitCode)
	case "memory":
		var kept [][]byte
		for {
			piece := make([]byte, chunk)
			for i := 0; i < chunk; i += page {
				piece[i] = 1
			}
			kept = append(kept, piece)
			log.Printf("holding %d MiB", len(kept)*chunk>>20)
			time.Sleep(20 * time.Millisecond)
		}
	case "slow", "never-ready":
		for left := length; fault == "never-ready" || left > 0; left -= 5 * time.Second {
			log.Printf("loading the model, for %.0f s now", time.Since(began).Seconds())
			time.Sleep(5 * time.Second)
		}
	}
}

// end says the words that a test looks for, and ends.
func end(exitCode int) {
	if exitCode != 0 {
		log.Printf("fatal: the model file /models/model.onnx is not there (exit code %d)", exitCode)
	}
	os.Exit(exitCode)
}

func seconds() time.Duration { return time.Duration(number("SECONDS")) * time.Second }

func number(name string) int {
	text := os.Getenv(name)
	if text == "" {
		return 0
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatalf("%s=%s is not a number", name, text)
	}
	return value
}
