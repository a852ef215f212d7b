/**
 * The program over recorded captures: what it writes is read by a naive reader and by tshark, and
 * compared with the edits done on the recorded streams. It looks at files only, never into the
 * engine.
 */
@NullMarked
package dev.midstream.gateway.acceptance;

import org.jspecify.annotations.NullMarked;
