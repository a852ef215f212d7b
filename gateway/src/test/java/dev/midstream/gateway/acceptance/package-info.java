/**
 * The program on recorded captures. A naive reader and tshark read its output, which is compared
 * with the edits applied to the recorded streams. These tests see files only, never the engine.
 */
@NullMarked
package dev.midstream.gateway.acceptance;

import org.jspecify.annotations.NullMarked;
