/**
 * The commands that query a running node: they send a request to its admin server and show the
 * response as JSON or text. They change nothing.
 */
@NullMarked
package dev.midstream.gateway.query;

import org.jspecify.annotations.NullMarked;
