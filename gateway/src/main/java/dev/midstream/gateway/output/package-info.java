/**
 * What a node writes for its operator: lines of its log, and files that it alone may write. Knows
 * no event, packet and command.
 */
@NullMarked
package dev.midstream.gateway.output;

import org.jspecify.annotations.NullMarked;
