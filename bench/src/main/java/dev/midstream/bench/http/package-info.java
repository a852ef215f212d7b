/** Measures the agent of HTTP: per request, and for a download through the engine. */
@NullMarked
package dev.midstream.bench.http;

import org.jspecify.annotations.NullMarked;
