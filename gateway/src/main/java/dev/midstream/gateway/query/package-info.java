/**
 * The commands that query a running node: they send a request to its admin server and show the
 * response as JSON or text. Only {@code drain} and {@code buckets --move} change something: they
 * give the node an order.
 */
@NullMarked
package dev.midstream.gateway.query;

import org.jspecify.annotations.NullMarked;
