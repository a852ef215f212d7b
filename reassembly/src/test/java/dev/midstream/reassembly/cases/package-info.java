/** Scenarios in which an engine easily loses octets, counts wrongly or never ends. */
@NullMarked
package dev.midstream.reassembly.cases;

import org.jspecify.annotations.NullMarked;
