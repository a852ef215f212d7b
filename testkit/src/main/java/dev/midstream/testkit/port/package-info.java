/** Ports for servers of tests. */
@NullMarked
package dev.midstream.testkit.port;

import org.jspecify.annotations.NullMarked;
