/**
 * The admin server of a running node: JSON and metrics over HTTP, and orders, reachable from this
 * host alone. It reads the state of engines on their own threads, in short steps. It knows no
 * command line.
 */
@NullMarked
package dev.midstream.gateway.admin;

import org.jspecify.annotations.NullMarked;
